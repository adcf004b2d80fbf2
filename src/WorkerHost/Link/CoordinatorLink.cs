using System.IO.Pipes;
using Microsoft.Extensions.Logging;
using Offloop.Invocation;
using Offloop.Payloads;
using Offloop.Protocol;
using Offloop.WorkerHost.Tasks;
using StreamJsonRpc;

namespace Offloop.WorkerHost.Link;

/// <summary>The worker's ends of its two pipes: takes what the coordinator says to the <see cref="TaskRunner"/>, and brings back what comes
/// of it.</summary>
internal sealed class CoordinatorLink : IDisposable
{
    private static readonly TimeSpan s_lastWord = TimeSpan.FromMilliseconds(500);

    private readonly JsonRpc _rpc;
    private readonly ICoordinator _coordinator;
    private readonly DataPipe _data;

    private CoordinatorLink(JsonRpc rpc, DataPipe data, long maxBytes)
    {
        (_rpc, _data, MaxMessageBytes) = (rpc, data, maxBytes);
        _coordinator = rpc.Attach<ICoordinator>();
    }

    /// <summary>The longest payload that the coordinator takes.</summary>
    public long MaxMessageBytes { get; }

    /// <summary>Connects, and says that the worker is ready. Throws <see cref="InvalidOperationException"/> when the other end is not the
    /// coordinator.</summary>
    /// <param name="launch">What the coordinator has said at the start.</param>
    /// <param name="runner">Takes what it says from now on.</param>
    /// <param name="trouble">Takes what cannot be understood of it.</param>
    public static CoordinatorLink Connect(LaunchMessage launch, IWorker runner, LinkTrouble trouble)
    {
        CoordinatorLink link = Start(
            new BlockingPipe(Open(launch.ControlPipe, launch)), Open(launch.DataPipe, launch), launch.MaxMessageBytes, runner, trouble);
        AppDomain.CurrentDomain.ProcessExit += link.SayExiting;
        return link;
    }

    /// <summary>The same on pipes that are connected already.</summary>
    internal static CoordinatorLink Start(Stream control, Stream data, long maxMessageBytes, IWorker runner, LinkTrouble trouble)
    {
        JsonRpc rpc = RpcConnection.Create(
            control, RpcContract.Worker, line => trouble.Say($"What the coordinator sent was ignored: {line}"), trouble.GoesOn);
        var link = new CoordinatorLink(rpc, new DataPipe(data, maxMessageBytes, static _ => true), maxMessageBytes);
        rpc.AddLocalRpcTarget(RpcTargetMetadata.FromShape<IWorker>(), runner, null);
        rpc.Disconnected += (_, args) =>
        {
            if (RpcConnection.Misunderstanding(rpc, args) is { } what)
                trouble.Misunderstood(what);
            else if (args.Exception is not null)
                trouble.Say($"The connection to the coordinator has ended: {PeerText.OneLine(args.Description)} "
                    + $"{PeerText.OneLine(args.Exception.Message)}");
        };
        rpc.StartListening();
        link._coordinator.Ready(new ReadyMessage
        {
            ProtocolVersion = LaunchMessage.CurrentVersion,
            ProcessId = Environment.ProcessId,
            Library = OtherVersion.FileOf(typeof(CoordinatorLink)),
        });
        return link;
    }

    public Task<Payload> ReceiveAsync(RunRequest request) =>
        request.Argument.ReceiveAsync(FrameKey.Whole(request.Sequence), _data).AsTask();

    /// <summary>Sends a result ahead if it is large. Blocks while it is on its way, so that results do not pile up here.</summary>
    public PayloadRef SendResult(int sequence, Payload result)
    {
        try
        {
            return Send(result, FrameKey.Whole(sequence));
        }
        catch (Exception error) when (error is ObjectDisposedException or IOException)
        {
            return PayloadRef.OnDataPipe(result.Kind); // the coordinator is gone
        }
    }

    /// <summary>Sends a report. Done, without an error, when it is written: its tasks need not be noted any longer.</summary>
    public async Task ReportAsync(WorkerReport report)
    {
        foreach (int sequence in report.GivenBack)
            _data.Discard(FrameKey.Whole(sequence));
        try
        {
            await _rpc.NotifyAsync(nameof(ICoordinator.Report), [report], [typeof(WorkerReport)]).ConfigureAwait(false);
        }
        catch (Exception error) when (IsGone(error))
        {
            // as in Tell
        }
    }

    /// <summary>Sends a value of progress. Blocks while a large one is on its way. Done, without an error, when the message is written:
    /// the task's end must not be noted before that.</summary>
    public Task SendProgress(int sequence, int number, Payload value) => Tell(() =>
    {
        PayloadRef reference = Send(value, FrameKey.Progress(sequence, number));
        var message = new ProgressMessage { Sequence = sequence, Number = number, Value = reference };
        return _rpc.NotifyAsync(nameof(ICoordinator.Progress), [message], [typeof(ProgressMessage)]);
    });

    /// <summary>Sends an item of a stream, in the same way as <see cref="SendProgress"/>.</summary>
    public Task SendItem(int sequence, int number, Payload item) => Tell(() =>
    {
        PayloadRef reference = Send(item, FrameKey.Item(sequence, number));
        var message = new ItemMessage { Sequence = sequence, Number = number, Value = reference };
        return _rpc.NotifyAsync(nameof(ICoordinator.Item), [message], [typeof(ItemMessage)]);
    });

    /// <summary>Sends a log line. Blocks until it is written, so that a flood of them does not pile up here.</summary>
    public void Log(int sequence, LogLevel level, string text) => InterruptShield.Wait(Tell(() => _rpc.NotifyAsync(
        nameof(ICoordinator.Log), [new LogMessage { Sequence = sequence, Level = level, Text = text }], [typeof(LogMessage)])));

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= SayExiting;
        _rpc.Dispose();
        _data.Dispose();
    }

    /// <summary>Sends a payload ahead if it is large. Blocks while it is on its way.</summary>
    private PayloadRef Send(Payload payload, FrameKey key) => InterruptShield.Wait(PayloadRef.SendAsync(payload, key, _data).AsTask());

    private static NamedPipeClientStream Open(string name, LaunchMessage launch)
    {
        var pipe = new NamedPipeClientStream(".", name, PipeDirection.InOut, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        pipe.Connect();
        int? server = PeerProcess.Of(pipe);
        if (server is not null && server != launch.CoordinatorProcessId)
        {
            pipe.Dispose();
            throw new InvalidOperationException($"The server of the pipe is {PeerProcess.Describe(server)}, not the coordinator, "
                + $"which is process {launch.CoordinatorProcessId}.");
        }
        // With blocking calls, as everything until the worker is ready: what is asynchronous has to be compiled first.
        if (Handshake.Connect(pipe, launch))
            return pipe;
        pipe.Dispose();
        throw new InvalidOperationException("The process at the other end of the pipe is not the coordinator.");
    }

    /// <summary>A task called <see cref="Environment.Exit"/>: the coordinator is told that the exit code is meant as one.</summary>
    private void SayExiting(object? sender, EventArgs args)
    {
        try
        {
            _coordinator.ExitingAsync(Environment.ExitCode).Wait(s_lastWord);
        }
        catch (Exception error) when (error is AggregateException or ObjectDisposedException or ConnectionLostException)
        {
            // Nobody hears it any more.
        }
    }

    /// <summary>Says something for a task, on the task's thread: an interrupt there must not leave a message half written. A coordinator
    /// that is gone does not hear; the watchdog ends this process then.</summary>
    private static Task Tell(Func<Task> say)
    {
        using InterruptShield.Scope shield = InterruptShield.Raise();
        return SayAsync(say);
    }

    private static async Task SayAsync(Func<Task> say)
    {
        try
        {
            await say().ConfigureAwait(false);
        }
        catch (Exception error) when (IsGone(error))
        {
            // as said
        }
    }

    private static bool IsGone(Exception error) => error is ObjectDisposedException or ConnectionLostException or IOException;
}
