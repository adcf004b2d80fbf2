using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Offloop.Protocol;

namespace Offloop.Workers;

/// <summary>What all workers of one pool are started with.</summary>
internal sealed class WorkerLaunch(ProcessPoolOptions options, PrivateDirectory directory, HostCommand command, ILogger logger)
{
    public ProcessPoolOptions Options { get; } = options;

    public PrivateDirectory Directory { get; } = directory;

    public ILogger Logger { get; } = logger;

    public ProcessStartInfo StartInfo() => command.ToStartInfo(Options);

    public LaunchMessage NewMessage(int workerId) => new()
    {
        Version = LaunchMessage.CurrentVersion,
        WorkerId = workerId,
        CoordinatorProcessId = Environment.ProcessId,
        ControlPipe = PipeListener.NameFor(Directory, $"w{workerId}c"),
        DataPipe = PipeListener.NameFor(Directory, $"w{workerId}d"),
        StartMarkFile = Directory.File($"w{workerId}m"),
        ServerSecret = Handshake.NewSecret(),
        WorkerSecret = Handshake.NewSecret(),
        MaxMessageBytes = Options.MaxMessageBytes,
    };
}
