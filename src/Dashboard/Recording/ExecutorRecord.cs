using Offloop.Telemetry;

namespace Offloop.Dashboard.Recording;

/// <summary>What is kept of one executor: its last failures and the last ends of its workers always, and numbers while somebody looks. It
/// does not keep the executor alive. Thread-safe.</summary>
internal sealed class ExecutorRecord : ExecutorListener
{
    /// <summary>How many failures are kept, beside the last refusal of each cause.</summary>
    public const int MaxFailures = 100;

    /// <summary>How many ends of workers are kept.</summary>
    public const int MaxEnds = 50;

    private readonly Lock _lock = new();
    private readonly WeakReference<ObservedExecutor> _observed;
    private readonly TimeProvider _time;
    private readonly FailureVersion _version;
    private readonly Queue<FailedRun> _failures = new();
    private readonly Dictionary<FailureCause, FailedRun> _refusals = []; // the last one of each cause
    private readonly Queue<WorkerEnd> _ends = new();
    private readonly Dictionary<int, string> _killed = []; // why, by worker; until it has ended
    private long _failuresSoFar;
    private long _restarts;
    private int _toReplace;
    private volatile LiveNumbers? _numbers;
    private volatile ExecutorSnapshot? _last; // once it is closed

    /// <param name="id">The number of the executor on the dashboard.</param>
    /// <param name="observed">The executor.</param>
    /// <param name="version">Changes with each new failure.</param>
    public ExecutorRecord(int id, ObservedExecutor observed, FailureVersion version)
    {
        (Id, Name, Kind, _time, _version) = (id, observed.Name, observed.Kind, observed.Time, version);
        _observed = new WeakReference<ObservedExecutor>(observed);
    }

    public int Id { get; }

    public string Name { get; }

    public string Kind { get; }

    public bool IsClosed => _last is not null;

    /// <summary>Whether the executor was collected without being closed.</summary>
    public bool IsCollected => !IsClosed && !_observed.TryGetTarget(out _);

    public bool HasFailures
    {
        get
        {
            using (_lock.EnterScope())
                return _failures.Count + _refusals.Count > 0;
        }
    }

    /// <summary>The executor, or null if it is closed or was collected.</summary>
    public IExecutorControl? Control => IsClosed ? null : Observed?.Control;

    public override bool HearsTasks => _numbers is not null;

    public override bool MayHearTasks => true;

    public override bool HearsFailures => true;

    private ObservedExecutor? Observed => _observed.TryGetTarget(out ObservedExecutor? there) ? there : null;

    /// <summary>Begins to compute numbers, or ends it and forgets them.</summary>
    public void Look(bool looks)
    {
        using (_lock.EnterScope())
            _numbers = !looks ? null : _numbers ?? (IsClosed ? null : new LiveNumbers(_time.GetUtcNow()));
    }

    /// <summary>Hears nothing any more.</summary>
    public void End()
    {
        Look(false);
        Observed?.Events.Forget(this);
    }

    public override void Hear(ExecutorEvent happened)
    {
        bool hasFailed = false;
        ExecutorSnapshot? last = happened is ExecutorStateChanged { State: ExecutorState.Closed } ? Observed?.Snapshot() : null;
        using (_lock.EnterScope())
        {
            switch (happened)
            {
                case TaskFailed { Kind: OutcomeKind.Cancelled, Failure: null }:
                    break; // what its caller asked for, without harm
                case TaskFailed { Kind: null, Failure.Phase: TaskPhase.NotStarted }:
                    break; // it had not begun and begins elsewhere; the end of its worker is kept for itself
                case TaskFailed failed:
                    Keep_NeedsLock(failed);
                    hasFailed = true;
                    break;
                case TaskEvent task:
                    _numbers?.Hear(task, _time, Clock.Second);
                    break;
                case ExecutorStateChanged { State: ExecutorState.Closed }:
                    (_last, _numbers) = (last, null);
                    break;
                case WorkerEvent worker:
                    Hear(worker);
                    break;
            }
        }
        if (hasFailed)
            _version.Change();
    }

    /// <summary>Takes the values of the series. It is called once a second while somebody looks.</summary>
    public void Sample()
    {
        if (_numbers is null || Observed?.Snapshot() is not { } snapshot)
            return;
        using (_lock.EnterScope())
            _numbers?.Sample(snapshot, Clock.Now);
    }

    /// <summary>All that is known now; null if the executor was collected.</summary>
    public ExecutorFacts? Read()
    {
        ExecutorSnapshot? snapshot = IsClosed ? null : Observed?.Snapshot();
        using (_lock.EnterScope())
        {
            return (snapshot ?? _last) is { } known
                ? new ExecutorFacts(
                    known, Control?.CanRecycle ?? false, _restarts, [.. _ends.Reverse()], _numbers?.Read(Clock.Second))
                : null;
        }
    }

    /// <summary>The last failures, the newest first, with the last refusal of each cause.</summary>
    public FailedRun[] ReadFailures()
    {
        using (_lock.EnterScope())
            return [.. _failures.Concat(_refusals.Values).OrderByDescending(static run => run.Number)];
    }

    /// <summary>An executor refuses tasks by the thousand, which must not push out those that have failed.</summary>
    private void Keep_NeedsLock(TaskFailed failed)
    {
        var run = FailedRun.From(failed, ++_failuresSoFar, _time.GetUtcNow());
        if (run is { Phase: TaskPhase.NotStarted, Cause: FailureCause.QueueFull or FailureCause.StartFailure or FailureCause.Shutdown })
            _refusals[run.Cause] = run with { Count = _refusals.TryGetValue(run.Cause, out FailedRun? last) ? last.Count + 1 : 1 };
        else
            Keep(_failures, run, MaxFailures);
    }

    private void Hear(WorkerEvent happened)
    {
        switch (happened)
        {
            case WorkerStarting when _toReplace > 0:
                (_toReplace, _restarts) = (_toReplace - 1, _restarts + 1);
                break;
            case WorkerKilled killed:
                _killed[killed.WorkerId] = killed.Reason;
                break;
            case WorkerEnded ended when _killed.Remove(ended.WorkerId, out string? why):
                Note(ended.ProcessId, WorkerEndKind.Killed, why);
                break;
            case WorkerEnded { Expected: true } ended:
                Note(ended.ProcessId, WorkerEndKind.Left, "the pool had asked it to end");
                break;
            case WorkerEnded ended:
                Note(ended.ProcessId, WorkerEndKind.Crashed, $"ended unexpectedly: {ended.Reason}");
                break;
            case WorkerGivenUp givenUp:
                Note(givenUp.ProcessId, WorkerEndKind.GivenUp, _killed.Remove(givenUp.WorkerId, out string? reason)
                    ? $"its end was not observed after it was killed: {reason}"
                    : "its end was not observed");
                break;
            case WorkerStartFailed failed:
                Note(failed.Failure.ProcessId, WorkerEndKind.StartFailed, failed.Reason);
                break;
        }

        void Note(int? process, WorkerEndKind kind, string reason)
        {
            _toReplace += kind is WorkerEndKind.Killed or WorkerEndKind.Crashed or WorkerEndKind.GivenUp ? 1 : 0;
            Keep(_ends, new WorkerEnd
            {
                Time = _time.GetUtcNow(),
                WorkerId = happened.WorkerId,
                ProcessId = process,
                Kind = kind,
                Reason = reason,
            }, MaxEnds);
        }
    }

    private static void Keep<T>(Queue<T> kept, T item, int most)
    {
        if (kept.Count == most)
            kept.Dequeue();
        kept.Enqueue(item);
    }
}

/// <summary>What is known of one executor at one moment.</summary>
/// <param name="Snapshot">The executor's own numbers; those of its end if it is closed.</param>
/// <param name="CanRecycle">Whether its workers can be replaced.</param>
/// <param name="Restarts">How many workers have begun to start in place of one that crashed, was killed or was given up.</param>
/// <param name="Ends">The last ends of workers, the newest first.</param>
/// <param name="Numbers">What was computed since somebody looks; null if the executor is closed.</param>
internal sealed record ExecutorFacts(
    ExecutorSnapshot Snapshot, bool CanRecycle, long Restarts, WorkerEnd[] Ends, LiveFigures? Numbers);
