using System.Globalization;
using System.IO.Pipes;
using Microsoft.Extensions.Logging;
using Offloop.Invocation;
using Offloop.Payloads;
using Offloop.Protocol;
using Offloop.WorkerHost.Tasks;
using StreamJsonRpc;

namespace Offloop.WorkerHost.Link;

/// <summary>The worker's ends of its pipes. It takes the coordinator's messages to the
/// <see cref="TaskRunner"/>, and brings back the answers.</summary>
internal sealed class CoordinatorLink : IDisposable
{
    private static readonly TimeSpan s_lastWord = TimeSpan.FromMilliseconds(500);

    /// <summary>How often a worker that cannot connect looks whether its pipe is still there.</summary>
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(100);

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

    /// <summary>Connects, and says that the worker is ready. Throws <see cref="InvalidOperationException"/> if the other end is not the
    /// coordinator, and <see cref="IOException"/> if it cannot be reached.</summary>
    /// <param name="launch">The message that the coordinator sent at the start.</param>
    /// <param name="runner">Takes its messages from now on.</param>
    /// <param name="trouble">Takes the messages that cannot be understood.</param>
    /// <param name="pipe">What somebody has to read, so that the messages come.</param>
    public static CoordinatorLink Connect(LaunchMessage launch, IWorker runner, LinkTrouble trouble, out BlockingPipe pipe)
    {
        pipe = new BlockingPipe(Open(launch.ControlPipe, launch), Open(launch.ReportPipe, launch));
        CoordinatorLink link = Start(
            pipe, Open(launch.DataPipe, launch), new LinkLimits(launch.MaxMessageBytes, launch.Threads), runner, trouble);
        AppDomain.CurrentDomain.ProcessExit += link.SayExiting;
        return link;
    }

    /// <summary>The same on pipes that are connected already.</summary>
    internal static CoordinatorLink Start(Stream control, Stream data, LinkLimits limits, IWorker runner, LinkTrouble trouble)
    {
        long maxMessageBytes = limits.MaxMessageBytes;
        JsonRpc rpc = RpcConnection.Create(control, RpcContract.Worker, SayIgnored, trouble.GoesOn);
        var link = new CoordinatorLink(rpc, new DataPipe(data, maxMessageBytes, static _ => true), maxMessageBytes);
        rpc.AddLocalRpcTarget(RpcTargetMetadata.FromShape<IWorker>(), runner, null);
        rpc.Disconnected += (_, args) =>
        {
            if (RpcConnection.Misunderstanding(rpc, args) is { } what)
                trouble.Misunderstood(what);
            else if (args.Exception is { } error)
                trouble.Say(
                    "The connection to the coordinator has ended: "
                    + $"{PeerText.OneLine(args.Description)} {PeerText.OneLine(error.Message)}");
        };
        rpc.StartListening();
        link._coordinator.Ready(new ReadyMessage
        {
            ProtocolVersion = LaunchMessage.CurrentVersion,
            ProcessId = Environment.ProcessId,
            Library = OtherVersion.FileOf(typeof(CoordinatorLink)),
            Culture = CultureInfo.CurrentCulture.Name,
            UICulture = CultureInfo.CurrentUICulture.Name,
            Threads = limits.Threads,
        });
        return link;

        void SayIgnored(string line) => trouble.Say($"What the coordinator sent was ignored: {line}");
    }

    public ValueTask<Payload> ReceiveAsync(RunRequest request) =>
        request.Argument.ReceiveAsync(FrameKey.Whole(request.Sequence), _data);

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

    /// <summary>Sends a report. Completes, without an error, when it is written: its tasks need not be noted any longer.</summary>
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
            // The coordinator is gone, and the watchdog ends this process.
        }
    }

    /// <summary>Sends a progress value. Blocks while a large one is on its way. The task that it returns never fails, and completes when
    /// the message is written: the end of the caller's task must not be noted before that.</summary>
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
    public void Log(int sequence, LogLevel level, string text) => InterruptShield.Wait(Tell(() =>
    {
        var message = new LogMessage { Sequence = sequence, Level = level, Text = text };
        return _rpc.NotifyAsync(nameof(ICoordinator.Log), [message], [typeof(LogMessage)]);
    }));

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= SayExiting;
        _rpc.Dispose();
        _data.Dispose();
    }

    /// <summary>Sends a payload ahead if it is large. Blocks while it is on its way.</summary>
    private PayloadRef Send(Payload payload, FrameKey key) => InterruptShield.Wait(PayloadRef.SendAsync(payload, key, _data));

    private static NamedPipeClientStream Open(string name, LaunchMessage launch)
    {
        var pipe = new NamedPipeClientStream(".", name, PipeDirection.InOut, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        Connect(pipe, name);
        int? server = PeerProcess.Of(pipe);
        if (server is not null && server != launch.CoordinatorProcessId)
        {
            pipe.Dispose();
            throw new InvalidOperationException(
                $"The server of the pipe is {PeerProcess.Describe(server)}, "
                + $"not the coordinator, which is process {launch.CoordinatorProcessId}.");
        }
        // Blocking calls, as everywhere until the worker is ready: asynchronous code would have to be compiled first.
        if (Handshake.Connect(pipe, launch))
            return pipe;
        pipe.Dispose();
        throw new InvalidOperationException("The process at the other end of the pipe is not the coordinator.");
    }

    /// <summary>Connects to a pipe. The coordinator listens before it tells the name, but may be busy for a moment with a stranger who came
    /// first. Throws <see cref="FileNotFoundException"/> if the pipe is gone: the runtime would look for it without end.</summary>
    private static void Connect(NamedPipeClientStream pipe, string name)
    {
        while (true)
        {
            try
            {
                pipe.Connect(s_look);
                return;
            }
            catch (TimeoutException) when (OperatingSystem.IsWindows() || File.Exists(name))
            {
                // It is there and will be free.
            }
            catch (TimeoutException)
            {
                throw new FileNotFoundException($"its pipe '{name}' is gone.", name);
            }
        }
    }

    /// <summary>Tells the coordinator that a task called <see cref="Environment.Exit"/>, so that the exit
    /// code is not taken for a signal's.</summary>
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

    /// <summary>Says something for a task, on the task's thread. An interrupt there must not leave a message half written. If the
    /// coordinator is gone, nobody hears it; the watchdog then ends this process.</summary>
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
            // Nobody hears it any more.
        }
    }

    private static bool IsGone(Exception error) => error is ObjectDisposedException or ConnectionLostException or IOException;
}
