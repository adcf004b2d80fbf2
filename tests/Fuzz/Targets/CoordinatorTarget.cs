using Microsoft.Extensions.Logging.Abstractions;
using Nerdbank.Streams;
using Offloop.Payloads;
using Offloop.Protocol;
using Offloop.Scheduling;
using Offloop.Telemetry;
using Offloop.Workers;
using StreamJsonRpc;

namespace Offloop.Fuzz.Targets;

/// <summary>Fuzzes the coordinator's side, with tasks of all forms on a pretended worker.</summary>
internal sealed class CoordinatorTarget : SessionTarget
{
    public override string Name => "coordinator";

    protected override RogueSession Open(Mutator mutator) => new PretendedWorker(mutator.Random.Next());
}

/// <summary>A slot with its tasks and its end of the pipes, but without a process.</summary>
internal sealed class PretendedWorker : RogueSession, IWorkerChannel
{
    private const int Tasks = 8;
    private static readonly TimeSpan s_step = FuzzTarget.HangTime / 3;

    private readonly RogueExecutor _executor = new();
    private readonly List<Task> _tasks = [];
    private readonly WorkerSlot _slot;
    private readonly JsonRpc _rpc;
    private readonly IWorker _worker;
    private readonly DataPipe _data;
    private readonly int _seed;
    private volatile bool _killed;

    public PretendedWorker(int seed)
    {
        _seed = seed;
        (Stream ours, Stream theirs) = FullDuplexStream.CreatePair();
        (Stream ourData, Stream theirData) = FullDuplexStream.CreatePair();
        var options = new ProcessPoolOptions { HeartbeatTimeout = Timeout.InfiniteTimeSpan };
        var launch = new WorkerLaunch(
            options, null!, new CommandLauncher(new WorkerCommand("none")), NullLogger.Instance, new ExecutorEvents());
        _slot = new WorkerSlot(_executor.Work, launch, 1, static () => { });
        _executor.Work.Add(_slot);
        _data = new DataPipe(ourData, 1 << 16, _slot.Inbox.AcceptsFrame);
        _rpc = RpcConnection.Create(ours, RpcContract.Coordinator, _ => Complaints++, goesOn: true);
        _worker = _rpc.Attach<IWorker>();
        _rpc.AddLocalRpcTarget(RpcTargetMetadata.FromShape<ICoordinator>(), _slot.Inbox, null);
        End = new RogueEnd(theirs, theirData);
        _rpc.StartListening();
        _slot.BecomeSpare(this);
        _slot.Activate();
        Submit();
    }

    public override RogueEnd End { get; }

    /// <summary>The number of log lines that it has caused.</summary>
    public long Complaints { get; private set; }

    public IReadOnlyList<Task> Submitted => _tasks;

    public WorkerSlot Slot => _slot;

    public override bool IsOver =>
        _killed || _rpc.Completion.IsCompleted || _data.Completion.IsCompleted || _tasks.TrueForAll(static task => task.IsCompleted);

    public int ProcessId => -1;

    public void Tell(Action<IWorker> notification)
    {
        try
        {
            notification(_worker);
        }
        catch (Exception error) when (error is ObjectDisposedException or ConnectionLostException or IOException)
        {
            // gone
        }
    }

    public ValueTask<PayloadRef> SendAsync(Payload payload, FrameKey key) => PayloadRef.SendAsync(payload, key, _data);

    public ValueTask<Payload> ReceiveAsync(PayloadRef payload, FrameKey key) => payload.ReceiveAsync(key, _data);

    public void Forget(ReadOnlySpan<int> sequences) => _data.ForgetTasks(sequences);

    public void Leave()
    {
    }

    public void Kill(KillReason reason) => _killed = true;

    public byte[]? ReadMarks() => null;

    public TaskPhase PhaseOf(int sequence) => TaskPhase.Running;

    public void AnnounceExit()
    {
    }

    public long? ReadResidentBytes() => null;

    public override Task<bool> IsAnsweredAsync() => End.AsksAsync(nameof(ICoordinator.ExitingAsync), "[0]");

    public override async ValueTask DisposeAsync()
    {
        End.Dispose();
        _rpc.Dispose();
        _data.Dispose();
        await _data.Completion.WaitAsync(s_step);
        _slot.Lose(new WorkerExit
        {
            ProcessId = -1,
            ExitCode = 137,
            BrokeProtocol = _killed,
            Announced = false,
            StandardErrorTail = "",
            Marks = _seed % 2 == 0 ? MarkPage.Next(new Random(_seed)) : null,
        });
        await _executor.ShutdownAsync(ShutdownMode.Kill).WaitAsync(s_step);
        await _executor.DisposeAsync();
        // Every task has an outcome, whatever the worker said.
        await Task.WhenAny(Task.WhenAll(_tasks), Task.Delay(s_step));
        if (_tasks.FindIndex(static task => !task.IsCompleted) is >= 0 and var left)
            throw new TimeoutException($"Task {left} has no outcome.");
    }

    private void Submit()
    {
        for (int i = 0; i < Tasks; i++)
        {
            _tasks.Add(_executor.SubmitAsync(FuzzTask.Echo, new FuzzValue { Number = i }, new SubmitOptions { CrashRetries = i % 2 }));
        }
        _tasks.Add(ConsumeAsync(_executor.StreamAsync(Items, new FuzzValue())));
    }

    private static IEnumerable<FuzzValue> Items(FuzzValue value) => [value];

    private static async Task ConsumeAsync(IAsyncEnumerable<FuzzValue> items)
    {
        await foreach (FuzzValue _ in items)
        {
        }
    }

    /// <summary>A scheduler without a pool behind it.</summary>
    private sealed class RogueExecutor() : Executor(
        new InlineOptions { CancellationGrace = TimeSpan.Zero, ShutdownTimeout = TimeSpan.Zero })
    {
        public Scheduler Work => Scheduler;
    }
}
