using Microsoft.Extensions.Logging;
using Offloop.Cluster.Messages;
using Offloop.Invocation;
using Offloop.Payloads;
using Offloop.Relaying;
using Offloop.Surroundings;

namespace Offloop.Cluster.Nodes;

/// <summary>The work of a node for one coordinator, from its admission until the lease ends: a process pool of its own, and the tasks that
/// it has. A session that is over never begins again, and its workers are gone. Thread-safe.</summary>
internal sealed class NodeSession : IRelayedTaskOwner, IAsyncDisposable
{
    /// <summary>A task that was asked to end is ended by force when the executor says so, or with the lease.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(40);

    private readonly Lock _lock = new();
    private readonly Lock _taking = new(); // so that what a batch leads to is over before the next one, also if an answer was lost
    private readonly ProcessPoolExecutor _pool;
    private readonly PayloadFormat _format = PayloadFormat.For(null);
    private readonly Arrivals _arrivals;
    private readonly TaskLine<NodeReport> _reports;
    private readonly LogLine _log;
    private readonly Dictionary<int, RelayedTask> _tasks = [];
    private readonly Dictionary<RelayedTask, int> _sequences = [];
    private readonly Dictionary<int, MethodEntry> _methods = [];
    private volatile bool _isGone;
    private long _renewed = TimeProvider.System.GetTimestamp();
    private readonly TaskCompletionSource<SessionEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="answer">The coordinator's.</param>
    /// <param name="pool">The settings of the node's pool.</param>
    /// <param name="report">Delivers reports to the coordinator: line, number and reports.</param>
    public NodeSession(JoinAnswer answer, ProcessPoolOptions pool, Func<int, long, NodeReport[], Task<bool>> report)
    {
        Id = answer.Session;
        _arrivals = new Arrivals(answer.MaxMessageBytes);
        _pool = new ProcessPoolExecutor(pool with
        {
            TaskTimeout = Timeout.InfiniteTimeSpan, // the executor's clocks decide
            CancellationGrace = s_longest,
            MaxMessageBytes = answer.MaxMessageBytes,
            QueueCapacity = null, // the executor sends no more than the node has slots
            QueueFullMode = QueueFullMode.Wait,
            // A worker ends before the executor gives this node up, also if this process stands still, or does so after it was cut off.
            // The two times together are that of the lease, and the executor gives it a tenth more.
            SilenceLimit = answer.NodeTimeout * 0.7,
            MayGoOn = () => TimeProvider.System.GetElapsedTime(Interlocked.Read(ref _renewed)) < answer.NodeTimeout * 0.35,
            RelayedJsonOptions = answer.JsonOptions is { } method ? Packed.Unpack<MethodIdentity>(method) : null,
            Initializer = InitializerOf(answer.Initializer),
            ThreadInitializer = InitializerOf(answer.ThreadInitializer),
        });
        TimeSpan pause = answer.NodeTimeout / 20;
        _reports = new TaskLine<NodeReport>(
            new MessageLine<NodeReport>((number, batch) => report(Arrivals.Messages, number, batch), pause, Revoke),
            new MessageLine<NodeReport>((number, batch) => report(Arrivals.Pieces, number, batch), pause, Revoke),
            static piece => new PieceReport(piece));
        _log = new LogLine(_reports);
    }

    public Guid Id { get; }

    /// <summary>Completes, without an error, when the session is over; says why.</summary>
    public Task<SessionEnd> Ended => _ended.Task;

    /// <summary>Whether it has no task, and nothing of one has still to be told.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_lock)
                return _tasks.Count == 0;
        }
    }

    /// <summary>The node's pool now.</summary>
    public ExecutorSnapshot Snapshot => _pool.GetSnapshot();

    /// <summary>Why it can run no tasks now, or null.</summary>
    private string? Trouble =>
        Snapshot is { State: ExecutorState.Broken or ExecutorState.Degraded } pool
        && !pool.Workers.Any(static worker => worker.State is WorkerState.Idle or WorkerState.Busy)
            ? pool.StateReason ?? "its workers cannot start"
            : null;

    /// <summary>Whether it takes no more tasks, because its node is leaving.</summary>
    public bool IsDraining { get; set; }

    /// <summary>What the coordinator has to know of it now.</summary>
    public NodeCondition Condition => new() { IsDraining = IsDraining, Trouble = Trouble };

    /// <summary>Takes orders of the coordinator. False if the session is over and its workers are gone; throws while they are not, so that
    /// the coordinator asks again: it may let a task run elsewhere once it hears that the session is over.</summary>
    public bool Take(int lane, long number, NodeOrder[] orders)
    {
        lock (_taking)
        {
            if (_isGone)
                return false;
            if (_ended.Task.IsCompleted)
                throw new InvalidOperationException("The session is over, and its workers are about to be gone.");
            TakeNow(lane, number, orders);
            return true;
        }
    }

    private void TakeNow(int lane, long number, NodeOrder[] orders)
    {
        try
        {
            List<Action> actions = [];
            lock (_lock)
            {
                if (!_arrivals.IsNew(lane, number))
                    return;
                foreach (NodeOrder order in orders)
                {
                    if (ActionOf_NeedsLock(order) is { } action)
                        actions.Add(action);
                }
            }
            actions.ForEach(static action => action());
        }
        catch (Exception error) // whatever cannot be read, or does not fit into memory, is gone: the executor would not send it again
        {
            End(new SessionEnd(SessionEndKind.Lost, $"what the executor has sent could not be taken: {error.Message}"));
        }
    }

    /// <summary>The executor has renewed the lease.</summary>
    /// <param name="ago">How long ago it was asked to.</param>
    public void NoteRenewal(TimeSpan ago)
    {
        long asked = TimeProvider.System.GetTimestamp() - (long)(ago.TotalSeconds * TimeProvider.System.TimestampFrequency);
        Interlocked.Exchange(ref _renewed, Math.Max(asked, Interlocked.Read(ref _renewed)));
    }

    /// <summary>Ends the session: its tasks are killed with their workers.</summary>
    public void End(SessionEnd why)
    {
        if (!_ended.TrySetResult(why))
            return;
        _reports.Close();
        _ = _pool.ShutdownAsync(ShutdownMode.Kill);
    }

    /// <summary>Ends the session, and completes when the workers are gone.</summary>
    public async ValueTask DisposeAsync()
    {
        End(new SessionEnd(SessionEndKind.Left, "the node has left"));
        await _pool.DisposeAsync().ConfigureAwait(false);
        _isGone = true;
    }

    void IRelayedTaskOwner.Started(RelayedTask task)
    {
        if (SequenceOf(task) is { } sequence)
            _reports.Send(sequence, new StartedReport(sequence));
    }

    void IRelayedTaskOwner.Progress(RelayedTask task, Payload value)
    {
        if (SequenceOf(task) is { } sequence)
            _reports.Send(sequence, value, carried => new ProgressReport(sequence, carried));
    }

    void IRelayedTaskOwner.Log(RelayedTask task, LogLevel level, string text)
    {
        if (SequenceOf(task) is { } sequence)
            _log.Send(sequence, level, text);
    }

    void IRelayedTaskOwner.Item(RelayedTask task, Payload value)
    {
        if (SequenceOf(task) is { } sequence)
            _reports.Send(sequence, value, carried => new ItemReport(sequence, carried));
    }

    void IRelayedTaskOwner.Ended(RelayedTask task, RelayedEnd end)
    {
        int sequence;
        lock (_lock)
        {
            if (!_sequences.Remove(task, out sequence))
                return;
            _tasks.Remove(sequence);
        }
        _log.End(sequence);
        switch (end)
        {
            case RelayedEnd.Finished finished:
                byte[] packed = Packed.Pack(finished.End with { Result = default });
                _reports.Send(sequence, finished.Result, result => new EndedReport(sequence)
                {
                    End = packed,
                    Result = result,
                    WorkerId = finished.Slot.WorkerId,
                    ProcessId = finished.Slot.ProcessId,
                });
                break;
            case RelayedEnd.Lost lost:
                _reports.Send(sequence, new LostReport(sequence, Packed.Pack(lost.Facts)));
                break;
            default:
                _reports.Send(sequence, new GivenBackReport(sequence));
                break;
        }
    }

    private WorkerInitializer? InitializerOf(Initialization? given) => given is null
        ? null
        : WorkerInitializer.Relayed(
            new MethodEntry(Packed.Unpack<MethodIdentity>(given.Method), _format), new Arrivals(0).Take(given.Argument));

    private void Revoke() => End(new SessionEnd(SessionEndKind.Lost, "the coordinator has given this node up"));

    private int? SequenceOf(RelayedTask task)
    {
        lock (_lock)
            return _sequences.TryGetValue(task, out int sequence) ? sequence : null;
    }

    /// <summary>What an order leads to, outside the lock; null if there is nothing to do.</summary>
    private Action? ActionOf_NeedsLock(NodeOrder order)
    {
        switch (order)
        {
            case PieceOrder { Piece: var piece }:
                _arrivals.Add(piece);
                return null;
            case RunOrder run:
                var task = new RelayedTask(ToCall_NeedsLock(run), this);
                _tasks.Add(run.Sequence, task);
                _sequences.Add(task, run.Sequence);
                return () => _pool.Relay(task);
            case DismissOrder:
                return () => End(new SessionEnd(SessionEndKind.Dismissed, "the coordinator has no more work"));
        }
        if (!_tasks.TryGetValue(order.Sequence, out RelayedTask? known))
            return null; // it has ended, and the report of that is on its way
        return order switch
        {
            EndOrder { IsForced: true } => () => _pool.ForceEnd(known),
            EndOrder => () => _pool.RequestEnd(known),
            CreditOrder credit => () => known.Credit(credit.Count),
            ProgressTakenOrder => known.ProgressTaken,
            _ => null,
        };
    }

    private RelayedCall ToCall_NeedsLock(RunOrder run)
    {
        if (run.Definition is { } definition)
            _methods[run.Method] = new MethodEntry(Packed.Unpack<MethodIdentity>(definition), _format);
        if (!_methods.TryGetValue(run.Method, out MethodEntry? method))
            throw new InvalidDataException($"task {run.TaskId} has a method that was not named");
        return new RelayedCall
        {
            TaskId = run.TaskId,
            Attempt = run.Attempt,
            Method = method,
            Name = run.Name,
            Argument = _arrivals.Take(run.Argument),
            Surroundings = new TaskSurroundings
            {
                CultureName = run.Culture,
                UICultureName = run.UICulture,
                Trace = run.TraceParent is { } parent
                    ? new TraceContext { Parent = parent, State = run.TraceState, Baggage = run.Baggage }
                    : null,
            },
            ReportStart = run.ReportStart,
            ProgressType = run.ProgressType,
            IsStream = run.IsStream,
        };
    }
}

/// <summary>Why a session is over.</summary>
internal enum SessionEndKind
{
    /// <summary>The coordinator needs the node no more.</summary>
    Dismissed,

    /// <summary>The node has left.</summary>
    Left,

    /// <summary>The two have lost each other.</summary>
    Lost,

    /// <summary>No coordinator has admitted the node.</summary>
    Unadmitted,
}

/// <summary>Why a session is over.</summary>
/// <param name="Kind">In one word.</param>
/// <param name="Reason">As the second half of a sentence.</param>
internal sealed record SessionEnd(SessionEndKind Kind, string Reason);
