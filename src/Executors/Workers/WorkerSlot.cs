using System.Threading.Channels;
using Offloop.Invocation;
using Offloop.Protocol;
using Offloop.Scheduling;

namespace Offloop.Workers;

/// <summary>One worker as the scheduler sees it. There is a new slot for every process, so that a slot is one generation of a worker:
/// what is said about a task can only come from, and a kill can only hit, the process that has it.</summary>
internal sealed partial class WorkerSlot : Slot
{
    private readonly Lock _lock = new();
    private readonly Scheduler _scheduler;
    private readonly WorkerLaunch _launch;
    private readonly long _launched;
    private readonly Dictionary<int, WorkItem> _items = [];
    private readonly HashSet<int> _knownMethods = [];
    private readonly Channel<(int Sequence, WorkItem Item)> _outbox =
        Channel.CreateUnbounded<(int, WorkItem)>(new UnboundedChannelOptions { SingleReader = true });
    private readonly TaskCompletionSource<ReadyMessage> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WorkerProcess? _process;
    private WorkerState _state;
    private int _lastSequence;
    private long _done;

    public WorkerSlot(Scheduler scheduler, WorkerLaunch launch, int id)
    {
        (_scheduler, _launch, Id) = (scheduler, launch, id);
        _launched = launch.Options.TimeProvider.GetTimestamp();
    }

    public int Id { get; }

    public Task<ReadyMessage> Ready => _ready.Task;

    /// <summary>The time since the launch.</summary>
    public TimeSpan Age => _launch.Options.TimeProvider.GetElapsedTime(_launched);

    /// <summary>The task that is here, for log lines.</summary>
    public long? CurrentTaskId
    {
        get
        {
            lock (_lock)
                return _items.Count == 0 ? null : _items.Values.First().Id;
        }
    }

    /// <summary>The process is ready: tasks may come.</summary>
    public void Open(WorkerProcess process)
    {
        lock (_lock)
        {
            _process = process;
            _state = WorkerState.Ready;
        }
        _ = Task.Run(SendAllAsync);
        _scheduler.Attach(this);
    }

    public override void Send(WorkItem item)
    {
        lock (_lock)
        {
            if (_state == WorkerState.Gone)
                return; // the task was sent elsewhere before it came here
            _items.Add(++_lastSequence, item);
            _outbox.Writer.TryWrite((_lastSequence, item));
        }
    }

    public override void RequestEnd(WorkItem item)
    {
        if (SequenceOf(item) is { } sequence)
            _process!.Tell(worker => worker.Cancel(sequence));
    }

    public override void ForceEnd(WorkItem item)
    {
        lock (_lock)
        {
            if (_state is not (WorkerState.Ready or WorkerState.Leaving) || !_items.ContainsValue(item))
                return;
            _state = WorkerState.Dying;
        }
        _process!.Kill($"task {item.Id} did not end in time");
    }

    public override TaskFailure Describe(WorkItem item) => new() { Cause = FailureCause.TaskException, WorkerId = Id, ProcessId = _process?.ProcessId };

    /// <summary>Whether a result of this task may come by the data pipe.</summary>
    public bool ExpectsResult(int sequence)
    {
        lock (_lock)
            return _items.ContainsKey(sequence);
    }

    /// <summary>Asks an idle worker to end; false if it has a task or is not ready.</summary>
    public bool TryLeave()
    {
        if (!_scheduler.TryDetachIdle(this))
            return false;
        lock (_lock)
        {
            if (_state != WorkerState.Ready)
                return false;
            _state = WorkerState.Leaving;
        }
        _process!.Tell(static worker => worker.Leave());
        return true;
    }

    /// <summary>Ends the worker whatever it does.</summary>
    public void Kill(string reason)
    {
        lock (_lock)
        {
            if (_state is WorkerState.Starting or WorkerState.Dying or WorkerState.Gone)
                return;
            _state = WorkerState.Dying;
        }
        _process!.Kill(reason);
    }

    /// <summary>The process is gone: its tasks are settled or go elsewhere. Returns the state in which it was.</summary>
    public WorkerState Lose(WorkerExit exit)
    {
        WorkerState before;
        Dictionary<WorkItem, int> sequences;
        lock (_lock)
        {
            before = _state;
            _state = WorkerState.Gone;
            sequences = _items.ToDictionary(pair => pair.Value, pair => pair.Key);
            _items.Clear();
        }
        _outbox.Writer.TryComplete();
        _scheduler.Lost(this, item => new TaskFailure
        {
            Cause = exit.Cause,
            // A task that was never sent has no number yet.
            Phase = sequences.TryGetValue(item, out int sequence) ? exit.PhaseOf(sequence) : TaskPhase.NotStarted,
            WorkerId = Id,
            ProcessId = exit.ProcessId,
            ExitCode = exit.ExitCode,
            ProbableSignal = exit.ProbableSignal,
            StandardErrorTail = exit.StandardErrorTail,
        });
        return before;
    }

    public WorkerSnapshot Snapshot()
    {
        WorkerState state;
        bool busy;
        lock (_lock)
            (state, busy) = (_state, _items.Count > 0);
        return new WorkerSnapshot
        {
            Id = Id,
            ProcessId = _process?.ProcessId,
            State = state switch
            {
                WorkerState.Starting => "starting",
                WorkerState.Ready => busy ? "busy" : "idle",
                _ => "leaving",
            },
            Age = Age,
            TasksDone = Interlocked.Read(ref _done),
            ResidentBytes = _process?.ReadResidentBytes(),
        };
    }

    private int? SequenceOf(WorkItem item)
    {
        lock (_lock)
        {
            foreach ((int sequence, WorkItem other) in _items)
            {
                if (other == item)
                    return sequence;
            }
            return null;
        }
    }

    /// <summary>Takes a task out of this worker's hands; null where it does not have it, or where it has been killed and its word counts no more.</summary>
    private WorkItem? Release(int sequence)
    {
        lock (_lock)
        {
            if (_state == WorkerState.Dying || !_items.Remove(sequence, out WorkItem? item))
                return null;
            _done++;
            return item;
        }
    }

    /// <summary>Writes arguments and sends tasks, all that have gathered in one message, away from the submitter's thread.</summary>
    private async Task SendAllAsync()
    {
        var batch = new List<RunRequest>();
        while (await _outbox.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (_outbox.Reader.TryRead(out (int Sequence, WorkItem Item) next))
            {
                if (await PrepareAsync(next.Sequence, next.Item).ConfigureAwait(false) is { } request)
                    batch.Add(request);
            }
            if (batch.Count > 0)
            {
                var message = new RunBatch([.. batch]);
                _process!.Tell(worker => worker.Run(message));
            }
            batch.Clear();
        }
    }

    private async Task<RunRequest?> PrepareAsync(int sequence, WorkItem item)
    {
        try
        {
            Payload argument = item.WriteArgument();
            long limit = _launch.Options.MaxMessageBytes;
            if (argument.Bytes.Length > limit)
                throw new PayloadException($"The argument has {argument.Bytes.Length} bytes, more than the MaxMessageBytes of {limit}; pass a path or less data, or raise the limit.");
            MethodEntry method = item.Method;
            return new RunRequest
            {
                Sequence = sequence,
                Method = method.Number,
                Definition = _knownMethods.Add(method.Number) ? method.Identity : null,
                TaskId = item.Id,
                Attempt = item.Attempt,
                ReportStart = _scheduler.HasTimeout(item),
                Argument = await PayloadRef.SendAsync(argument, sequence, _process!.Data).ConfigureAwait(false),
            };
        }
        catch (PayloadException error)
        {
            if (Release(sequence) is not null)
                _scheduler.Finished(this, item, Failures.Payload(error, Describe(item) with { Attempt = item.Attempt }, TaskPhase.NotStarted));
            return null;
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            return null; // the worker is dying; its end settles the task
        }
    }
}
