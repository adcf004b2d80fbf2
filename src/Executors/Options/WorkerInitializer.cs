using System.Diagnostics;
using Offloop.Invocation;
using Offloop.Payloads;

namespace Offloop;

/// <summary>A method that each worker of a pool, a process or a thread, runs once before its first task. If it throws, the worker counts
/// as one that could not start. Immutable; one instance may be used for many pools.</summary>
public sealed class WorkerInitializer
{
    private readonly Func<PayloadFormat, MethodEntry> _method;
    private readonly Func<PayloadFormat, Payload> _writeArgument;
    private readonly Action<PayloadFormat?> _run;

    private WorkerInitializer(
        Func<PayloadFormat, MethodEntry> method, Func<PayloadFormat, Payload> writeArgument, Action<PayloadFormat?> run) =>
        (_method, _writeArgument, _run) = (method, writeArgument, run);

    /// <summary>Makes an initializer of a method without an argument.</summary>
    /// <param name="work">A static method or a lambda that captures nothing.</param>
    /// <exception cref="ArgumentException">The delegate captures state.</exception>
    public static WorkerInitializer Create(Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        return Create<Unit>(work, CallKind.NoArgument, default, _ => work());
    }

    /// <summary>Makes an initializer of a method and its argument.</summary>
    /// <param name="work">A static method or a lambda that captures nothing.</param>
    /// <param name="argument">The argument, which travels to each worker process as JSON. The threads of a
    /// <see cref="ThreadPoolExecutor"/> share it unless <see cref="ThreadPoolOptions.RoundTripPayloads"/> is set. The executor's
    /// constructor refuses it if its type would lose data on the way.</param>
    /// <exception cref="ArgumentException">The delegate captures state.</exception>
    public static WorkerInitializer Create<TArg>(Action<TArg> work, TArg argument)
    {
        ArgumentNullException.ThrowIfNull(work);
        return Create(
            work, CallKind.Plain, argument,
            roundTrip => work(roundTrip is null ? argument : roundTrip.RoundTrip(argument, "argument")));
    }

    /// <summary>The initializer of another process, which this one only passes on.</summary>
    internal static WorkerInitializer Relayed(MethodEntry method, Payload argument) => new(
        _ => method, _ => argument, _ => throw new UnreachableException($"{method.DisplayName} is a method of another process."));

    /// <summary>The method, checked and named. Throws <see cref="ArgumentException"/> if no worker could run it.</summary>
    internal MethodEntry Require(PayloadFormat format)
    {
        MethodEntry method = _method(format);
        _ = method.Identity; // refuses a method that no worker could find
        return method;
    }

    internal Payload WriteArgument(PayloadFormat format) => _writeArgument(format);

    /// <summary>Runs the method on the calling thread.</summary>
    /// <param name="roundTrip">The format through which the argument goes; null passes it as it is.</param>
    internal void Run(PayloadFormat? roundTrip) => _run(roundTrip);

    private static WorkerInitializer Create<TArg>(Delegate work, CallKind kind, TArg argument, Action<PayloadFormat?> run)
    {
        DelegateRules.Require(work);
        return new WorkerInitializer(Require, format => format.Write(argument, "argument"), run);

        MethodEntry Require(PayloadFormat format)
        {
            MethodEntry method = MethodEntries<TArg, Unit>.Of(work, kind | CallKind.NoResult, format);
            format.RequireDeclared(argument, nameof(argument));
            return method;
        }
    }
}
