using System.Diagnostics;
using System.Runtime.InteropServices;
using Offloop.Telemetry;

namespace Offloop.Scheduling;

/// <summary>Decides for every executor: which task goes where and when, and what comes of it. Queue, priority, timeout, cancellation,
/// retry and outcome live here once; executors differ in the slots that their <see cref="SlotSource"/> adds.
/// <para>Everything is decided under one lock and carried out after it: slots are told, callers' tasks are completed and events are
/// delivered outside. An event takes its place in the order of all events under the lock, with the decision that it is about. A method that
/// needs the lock ends in <c>_NeedsLock</c>.</para></summary>
internal sealed partial class Scheduler(SchedulerOptions options)
{
    private readonly BriefLock _lock = new();
    private readonly WorkQueue _queue = new();
    private readonly IntrusiveList<WorkItem> _waiting = new();
    private readonly long[] _totals = new long[Enum.GetValues<OutcomeKind>().Length];
    private SlotSource _source = NoSlots.Instance;
    private long _lastId;
    private int _pending;
    private int _running;

    public SchedulerOptions Options { get; } = options;

    /// <summary>How many slots there could be at once.</summary>
    public int MaxSlots => _source.MaxSlots;

    /// <summary>Names the source of the slots, once, before the first task.</summary>
    public void Use(SlotSource source) => _source = source;

    public long NextId() => Interlocked.Increment(ref _lastId);

    /// <summary>Accepts a task or decides its outcome at once.</summary>
    public void Submit(WorkItem item)
    {
        BeginToTell(item);
        // Registered before the task is accepted, so that no cancellation falls between; the callback finds it New then.
        if (item.CancellationToken.CanBeCanceled)
            item.Registration = item.CancellationToken.UnsafeRegister(
                static (state, _) => ((Submission)state!).Cancel(), new Submission(this, item));

        Acceptance accepted;
        using (_lock.EnterScope())
        {
            accepted = Accept_NeedsLock(item);
            TellDemand_NeedsLock();
            AssertInvariants_NeedsLock();
        }
        if (accepted.Refusal is { } refusal)
        {
            Settle(item, refusal);
        }
        else if (accepted.Slot is { } slot)
        {
            Events.Deliver();
            slot.Send(accepted.Assignment);
        }
        else if (accepted.MayMatch)
        {
            Dispatch();
        }
        else
        {
            Events.Deliver();
        }
    }

    /// <summary>Fails a task that was not submitted, because of its argument. It counts like every other.</summary>
    public void Reject(WorkItem item, Exception reason)
    {
        BeginToTell(item);
        var outcome = new Outcome.Failed(reason, OutcomeKind.Failed);
        using (_lock.EnterScope())
            Decide_NeedsLock(item, outcome);
        Settle(item, outcome);
    }

    private sealed record Submission(Scheduler Scheduler, WorkItem Item)
    {
        public void Cancel() => Scheduler.Cancel(Item);
    }

    /// <summary>The answer to a submit: an outcome, a slot, or neither, if the task waits.</summary>
    private readonly record struct Acceptance(Outcome? Refusal, Slot? Slot, Assignment Assignment)
    {
        /// <summary>Whether the task waits as the first of its kind, so that a slot may have room for it. One that waits behind others
        /// leaves that to them: whoever makes room for them goes on with it.</summary>
        public bool MayMatch { get; init; }
    }

    private Acceptance Accept_NeedsLock(WorkItem item)
    {
        AssertLocked();
        if (item.State == WorkItemState.Done) // cancelled meanwhile: decided, and settled by who decided it
            return default;
        Outcome? refusal = item.CancellationToken.IsCancellationRequested
            ? new Outcome.Cancelled(item.CancellationToken)
            : Refusal_NeedsLock();
        if (refusal is not null)
            return new Acceptance(Decide_NeedsLock(item, refusal), null, default);
        item.IsPending = true;
        _pending++;
        // Past an empty queue: nothing is overtaken, and an inline task runs on its own caller's thread.
        if (IsNext_NeedsLock(item) && SlotFor_NeedsLock(item) is { } entry)
            return new Acceptance(null, entry.Slot, Assign_NeedsLock(item, entry));
        if (_queue.Count < Options.QueueCapacity)
        {
            Enqueue_NeedsLock(item);
            return new Acceptance { MayMatch = _queue.FirstOf(item.Lane) == item };
        }
        if (Options.QueueFullMode == QueueFullMode.Wait)
        {
            Wait_NeedsLock(item);
            return new Acceptance { MayMatch = true };
        }
        return new Acceptance(Decide_NeedsLock(item, Failures.QueueFull(item, Options.QueueCapacity)), null, default);
    }

    /// <summary>A task has started; its clock runs from now.</summary>
    public void Started(Slot slot, WorkItem item)
    {
        using (_lock.EnterScope())
        {
            if (item.State != WorkItemState.Assigned || item.Entry?.Slot != slot)
                return;
            Start_NeedsLock(item, slot);
            AssertInvariants_NeedsLock();
        }
        Events.Deliver();
        if (item.WantsStart)
            item.OnStarted();
    }

    private void Start_NeedsLock(WorkItem item, Slot slot)
    {
        item.State = WorkItemState.Running;
        TimeSpan timeout = TimeoutOf(item);
        // A clock that runs elsewhere has a timer here until the start is known.
        if (item.EndRequest == EndRequest.None && (timeout != Timeout.InfiniteTimeSpan || item.Timer is not null))
            SetTimer_NeedsLock(item, timeout);
        NoteStarted_NeedsLock(slot, item);
    }

    /// <summary>A task has ended by itself.</summary>
    /// <param name="slot">Its slot.</param>
    /// <param name="item">The task.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="took">How long it took, if the slot has measured it.</param>
    public void Finished(Slot slot, WorkItem item, Outcome outcome, TimeSpan? took = null) => Finished(slot, [new(item, outcome, took)]);

    /// <summary>Tasks have ended by themselves. The list is used up.</summary>
    public void Finished(Slot slot, Span<TaskEnd> ended)
    {
        int count = 0;
        SlotEntry? entry = null;
        using (_lock.EnterScope())
        {
            foreach ((WorkItem item, Outcome outcome, TimeSpan? took) in ended)
            {
                if (item.Entry?.Slot != slot)
                    continue;
                entry = item.Entry;
                if (HasStartedUnheard(item, outcome))
                    NoteStarted_NeedsLock(slot, item, took ?? default);
                Outcome judged = Judge(slot, item, outcome, took);
                Take_NeedsLock(item);
                ended[count++] = new TaskEnd(item, Decide_NeedsLock(item, judged), took);
            }
            if (entry is not null)
                Relist_NeedsLock(entry);
            TellDemand_NeedsLock();
            AssertInvariants_NeedsLock();
        }
        Dispatch(); // the slot works on while the callers' tasks are completed
        Settle(ended[..count]);
    }

    /// <summary>Whether the end of a task is the first word of its start: a worker does not report the start of a task that was over at
    /// once.</summary>
    private static bool HasStartedUnheard(WorkItem item, Outcome outcome) =>
        item.IsHeard && item is { State: WorkItemState.Assigned, EndRequest: EndRequest.None }
        && outcome is ({ Kind: OutcomeKind.Succeeded } or Outcome.Thrown);

    /// <summary>Whether the start of a task has to be known: for its clock, or for somebody who hears of tasks.</summary>
    private bool HasToReportStart(WorkItem item) => HasClock(item) || item.IsHeard;

    /// <summary>Whether a clock runs from the start of a task, here or where it was submitted.</summary>
    private bool HasClock(WorkItem item) => TimeoutOf(item) != Timeout.InfiniteTimeSpan || item.WantsStart;

    private TimeSpan TimeoutOf(WorkItem item) => item.Options.Timeout ?? Options.TaskTimeout;

    /// <summary>Makes an outcome final. The caller settles it afterwards, outside the lock.</summary>
    /// <param name="item">The task.</param>
    /// <param name="outcome">How it ends.</param>
    /// <param name="lost">The facts, if it did not end by itself.</param>
    private Outcome Decide_NeedsLock(WorkItem item, Outcome outcome, TaskFailure? lost = null)
    {
        AssertLocked();
        Debug.Assert(item.State != WorkItemState.Done, "A task has one outcome.");
        item.State = WorkItemState.Done;
        _totals[(int)outcome.Kind]++;
        NoteEnded_NeedsLock(item, outcome, lost);
        return outcome;
    }

    private void Settle(WorkItem item, Outcome outcome) => Settle([new TaskEnd(item, outcome)]);

    /// <summary>Carries decided outcomes out, outside the lock.</summary>
    private void Settle(ReadOnlySpan<TaskEnd> decided)
    {
        Events.Deliver();
        foreach ((WorkItem item, Outcome outcome, _) in decided)
            Settle(item, outcome);
        bool drained;
        using (_lock.EnterScope())
        {
            foreach ((WorkItem item, _, _) in decided)
            {
                _pending -= item.IsPending ? 1 : 0;
                item.IsPending = false;
            }
            drained = IsDrained_NeedsLock;
        }
        if (drained)
            _drained.TrySetResult();

        static void Settle(WorkItem item, Outcome outcome)
        {
            item.Timer?.Dispose();
            item.Registration.Unregister();
            if (item.KeepsUpTo > 0)
                item.KeepArgument();
            Task flushed = item.FlushAsync(endedByItself: outcome is not (Outcome.Failed or Outcome.Cancelled));
            if (flushed.IsCompleted)
                Complete(item, outcome);
            else
                _ = CompleteLaterAsync(item, outcome, flushed);
        }

        static async Task CompleteLaterAsync(WorkItem item, Outcome outcome, Task flushed)
        {
            await flushed.ConfigureAwait(false);
            Complete(item, outcome);
        }
    }

    private static void Complete(WorkItem item, Outcome outcome)
    {
        item.Owner = null;
        item.Complete(outcome);
    }

    private void SettleAll(List<TaskEnd> decided)
    {
        if (decided.Count > 0)
            Settle(CollectionsMarshal.AsSpan(decided));
    }

    /// <summary>The source of a scheduler that has none yet.</summary>
    private sealed class NoSlots : SlotSource
    {
        public static NoSlots Instance { get; } = new();

        public override int MaxSlots => 1;

        public override SourceSnapshot Snapshot() => new([]);

        public override ValueTask CloseAsync() => ValueTask.CompletedTask;
    }
}
