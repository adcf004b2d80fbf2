using Offloop.Invocation;
using Offloop.Scheduling;

namespace Offloop;

/// <summary>What each worker of a <see cref="ProcessPoolExecutor"/> runs once before its first task. Immutable; one serves many pools.
/// A worker whose initializer fails counts as one that could not be started.</summary>
public sealed class WorkerInitializer
{
    private readonly Func<PayloadFormat, MethodEntry> _method;
    private readonly Func<PayloadFormat, Payload> _writeArgument;

    private WorkerInitializer(Func<PayloadFormat, MethodEntry> method, Func<PayloadFormat, Payload> writeArgument) => (_method, _writeArgument) = (method, writeArgument);

    /// <summary>A static method or a lambda that captures nothing.</summary>
    /// <exception cref="ArgumentException">The delegate captures state.</exception>
    public static WorkerInitializer Create(Action work) => Create<Unit>(work, CallKind.NoArgument, default);

    /// <summary>A static method or a lambda that captures nothing, and its argument, which travels as JSON to each worker. The pool's constructor
    /// refuses an argument whose type would lose data on the way.</summary>
    /// <exception cref="ArgumentException">The delegate captures state.</exception>
    public static WorkerInitializer Create<TArg>(Action<TArg> work, TArg argument) => Create(work, CallKind.Plain, argument);

    /// <summary>The method, checked and named. Throws <see cref="ArgumentException"/> where no worker could run it.</summary>
    internal MethodEntry Require(PayloadFormat format)
    {
        MethodEntry method = _method(format);
        _ = method.Identity; // refuses a method that no worker could find
        return method;
    }

    internal Payload WriteArgument(PayloadFormat format) => _writeArgument(format);

    private static WorkerInitializer Create<TArg>(Delegate work, CallKind kind, TArg argument)
    {
        ArgumentNullException.ThrowIfNull(work);
        DelegateRules.Require(work);
        return new WorkerInitializer(Require, format => format.Write(argument, "argument"));

        MethodEntry Require(PayloadFormat format)
        {
            MethodEntry method = MethodEntries<TArg, Unit>.Of(work, kind | CallKind.NoResult, format);
            format.RequireDeclared(argument, nameof(argument));
            return method;
        }
    }
}
