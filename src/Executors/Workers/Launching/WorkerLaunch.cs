using System.Diagnostics;
using System.Reflection;
using Microsoft.Extensions.Logging;
using Offloop.Invocation;
using Offloop.Payloads;
using Offloop.Protocol;
using Offloop.Telemetry;

namespace Offloop.Workers;

/// <summary>The settings that all workers of one pool are started with.</summary>
internal sealed class WorkerLaunch(
    ProcessPoolOptions options, PrivateDirectory directory, WorkerLauncher launcher, ILogger logger, ExecutorEvents events)
{
    public ProcessPoolOptions Options { get; } = options;

    public PrivateDirectory Directory { get; } = directory;

    public ILogger Logger { get; } = logger;

    public ExecutorEvents Events { get; } = events;

    /// <summary>Takes what the workers write to their standard streams.</summary>
    public WorkerOutput Output { get; } = new(options.ResolvedOutput, options.TaskLogger, options.ResolvedName);

    public PayloadFormat Format { get; } = PayloadFormat.For(options.JsonOptions);

    /// <summary>The name of the method that makes the format, if there is one and the workers are to call it: a program of another language
    /// reads the JSON as it comes. Throws <see cref="ArgumentException"/> if no worker could find the method.</summary>
    public MethodIdentity? JsonOptions { get; } = options.RelayedJsonOptions
        ?? (options.Command is null ? MethodIdentity.OfJsonOptions(options.JsonOptions) : null);

    /// <summary>The name of the method that makes what exports the workers' telemetry, if there is one. Throws
    /// <see cref="ArgumentException"/> if no worker could find the method.</summary>
    public MethodIdentity? Telemetry { get; } = options.WorkerTelemetry is { } method
        ? MethodIdentity.Of(method.Method, CallKind.NoArgument, typeof(Unit), typeof(IDisposable))
        : null;

    /// <summary>The methods for which a worker can prepare while it has no task.</summary>
    public MethodsInUse MethodsInUse { get; } = new();

    /// <summary>Whether the workers are this library's own.</summary>
    public bool RunsDotnetMethods => launcher.RunsDotnetMethods;

    /// <summary>Kills a worker and everything it started.</summary>
    public void Kill(Process process, IDisposable? hold)
    {
        if (Options.Killer is { } killer)
            killer(process);
        else
            ProcessControl.KillTree(process, hold);
    }

    /// <summary>Looks into the workers, if anything does.</summary>
    public WorkerInspector? Inspector { get; init; }

    public ProcessStartInfo StartInfo() => launcher.ToStartInfo(Options, Inspector?.Variables ?? []);

    /// <summary>A method as these workers know it: by its .NET identity, or by the name of its entry point.</summary>
    public MethodIdentity NameOf(MethodIdentity method) => RunsDotnetMethods ? method.AsDotnetMethod() : method.AsEntryPoint();

    public LaunchMessage NewMessage(int workerId) => new()
    {
        Version = LaunchMessage.CurrentVersion,
        WorkerId = workerId,
        CoordinatorProcessId = Environment.ProcessId,
        ControlPipe = PipeListener.NameFor(Directory, $"w{workerId}c"),
        ReportPipe = PipeListener.NameFor(Directory, $"w{workerId}r"),
        DataPipe = PipeListener.NameFor(Directory, $"w{workerId}d"),
        StartMarkFile = Directory.File($"w{workerId}m"),
        ServerSecret = Handshake.NewSecret(),
        WorkerSecret = Handshake.NewSecret(),
        MaxMessageBytes = Options.MaxMessageBytes,
        Threads = Options.ThreadsPerWorker,
        IsInspected = Inspector is not null,
        SilenceLimit = (int)(Options.SilenceLimit?.TotalMilliseconds ?? 0),
        TaskAssemblies = [.. Options.TaskAssemblies],
        Library = OtherVersion.FileOf(typeof(WorkerLaunch)),
        Application = Assembly.GetEntryAssembly()?.FullName,
    };
}
