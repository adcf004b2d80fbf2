using Offloop.Invocation;
using Offloop.Scheduling;

namespace Offloop;

/// <summary>What each worker of a <see cref="ProcessPoolExecutor"/> runs once before its first task. Immutable; one serves many pools.
/// A worker whose initializer fails counts as one that could not be started.</summary>
public sealed class WorkerInitializer
{
    private readonly Func<Payload> _writeArgument;

    private WorkerInitializer(MethodEntry method, Func<Payload> writeArgument) => (Method, _writeArgument) = (method, writeArgument);

    internal MethodEntry Method { get; }

    /// <summary>A static method or a lambda that captures nothing.</summary>
    /// <exception cref="ArgumentException">The delegate captures state.</exception>
    public static WorkerInitializer From(Action work) => From<Unit>(work, CallKind.NoArgument, default);

    /// <summary>A static method or a lambda that captures nothing, and its argument, which travels as JSON to each worker.</summary>
    /// <exception cref="ArgumentException">The delegate captures state, or its argument type would lose data on the way.</exception>
    public static WorkerInitializer From<TArg>(Action<TArg> work, TArg argument) => From(work, CallKind.Plain, argument);

    internal Payload WriteArgument() => _writeArgument();

    private static WorkerInitializer From<TArg>(Delegate work, CallKind kind, TArg argument)
    {
        ArgumentNullException.ThrowIfNull(work);
        DelegateRules.Require(work);
        PayloadContract.RequireDeclared(argument, nameof(argument));
        MethodEntry method = MethodEntries<TArg, Unit>.Of(work, kind | CallKind.NoResult);
        _ = method.Identity; // refuses a method that no worker could find
        return new WorkerInitializer(method, () => Payload.Write(argument, "argument"));
    }
}
