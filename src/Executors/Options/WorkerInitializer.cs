using Offloop.Invocation;
using Offloop.Payloads;

namespace Offloop;

/// <summary>A method that each worker of a <see cref="ProcessPoolExecutor"/> runs once before its first task. If it throws, the worker
/// counts as one that could not start. Immutable; one instance may be used for many pools.</summary>
public sealed class WorkerInitializer
{
    private readonly Func<PayloadFormat, MethodEntry> _method;
    private readonly Func<PayloadFormat, Payload> _writeArgument;

    private WorkerInitializer(Func<PayloadFormat, MethodEntry> method, Func<PayloadFormat, Payload> writeArgument) =>
        (_method, _writeArgument) = (method, writeArgument);

    /// <summary>Makes an initializer of a method without an argument.</summary>
    /// <param name="work">A static method or a lambda that captures nothing.</param>
    /// <exception cref="ArgumentException">The delegate captures state.</exception>
    public static WorkerInitializer Create(Action work) => Create<Unit>(work, CallKind.NoArgument, default);

    /// <summary>Makes an initializer of a method and its argument.</summary>
    /// <param name="work">A static method or a lambda that captures nothing.</param>
    /// <param name="argument">The argument, which travels to each worker as JSON. The pool's constructor refuses it if its type would lose
    /// data on the way.</param>
    /// <exception cref="ArgumentException">The delegate captures state.</exception>
    public static WorkerInitializer Create<TArg>(Action<TArg> work, TArg argument) => Create(work, CallKind.Plain, argument);

    /// <summary>The method, checked and named. Throws <see cref="ArgumentException"/> if no worker could run it.</summary>
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
