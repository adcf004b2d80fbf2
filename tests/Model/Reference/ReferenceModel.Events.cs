using Offloop.Model.Seam;

namespace Offloop.Model.Reference;

/// <content>The events, and what has to follow from each.</content>
internal sealed partial class ReferenceModel
{
    public ModelTask Submit(TaskSpec spec, CancellationTokenSource? source)
    {
        var task = new ModelTask(spec, source);
        Tasks.Add(task);
        Live.Add(task);
        bool goesAtOnce = Slots.Exists(slot =>
            (slot.HasFreePlaceFor(task) || slot.HasRoomAheadFor(task))
            && !_queue.Exists(other => other.MayUse(slot)) && !_waiting.Exists(other => other.MayUse(slot)));
        if (source is { IsCancellationRequested: true })
            End(task, new Ending(EndingKind.Cancelled) { Token = source.Token });
        else if (State != ExecutorState.Open)
            End(task, new Ending(IsBroken ? EndingKind.Broken : EndingKind.Refused));
        else
            Accept(task, goesAtOnce);
        return task;
    }

    private void Accept(ModelTask task, bool goesAtOnce)
    {
        _hasNewFirst = false;
        if (goesAtOnce || _queue.Count < setup.Capacity)
            Enqueue(task);
        else if (setup.Rejects)
            End(task, new Ending(EndingKind.QueueFull));
        else
            _waiting.Add(task);
    }

    /// <summary>The caller wants no more of some tasks, in any order.</summary>
    public void Cancel(params ReadOnlySpan<ModelTask> tasks)
    {
        ModelTask? first = _queue.FirstOrDefault();
        foreach (ModelTask task in tasks)
        {
            if (task.Place is Place.Queued or Place.Waiting)
            {
                _ = _queue.Remove(task) || _waiting.Remove(task);
                End(task, new Ending(EndingKind.Cancelled) { Token = task.Token });
            }
            else if (task is { Place: Place.There, Asked: null })
            {
                Ask(task, Reason.Cancellation);
            }
        }
        Admit();
        _hasNewFirst |= _queue.FirstOrDefault() != first;
    }

    public void Attach(ModelSlot slot)
    {
        if (slot.IsGone)
            return;
        slot.IsOpen = slot.IsAttached = true;
        slot.IdleSince = ++_idleMoments;
        _hasNewFirst = false;
    }

    public static void Retire(ModelSlot slot) => slot.IsOpen = false;

    /// <summary>Whether the slot leaves: only one without tasks does.</summary>
    public static bool TryDetachIdle(ModelSlot slot)
    {
        if (slot.Tasks.Count > 0)
            return false;
        slot.IsOpen = slot.IsAttached = false;
        slot.IsGone = true;
        return true;
    }

    public void Started(ModelSlot slot, ModelTask task)
    {
        if (task.Slot != slot || task.HasStarted)
            return;
        task.HasStarted = true;
        if (task.Asked is null && TimeoutOf(task) is { } timeout)
            task.Due = clock.Now + timeout;
    }

    public void Finished(ModelSlot slot, IReadOnlyList<OwnEnd> ends)
    {
        _hasNewFirst = false;
        foreach (OwnEnd end in ends)
        {
            ModelTask task = Tasks[end.Task - 1];
            if (task.Slot != slot)
                continue; // it was there before; the report comes too late
            Leave(task);
            End(task, Judge(task, end));
        }
    }

    /// <summary>Tasks come back that had not started.</summary>
    public void GivenBack(ModelSlot slot, IReadOnlyList<ModelTask> tasks)
    {
        _hasNewFirst = false;
        foreach (ModelTask task in tasks)
        {
            bool becomesFree = slot.IsWornOut && slot.Tasks.Count == 0;
            slot.Given--;
            slot.IdleSince = becomesFree ? ++_idleMoments : slot.IdleSince;
            if (task.Slot == slot)
                Lose(task, new LostFact(task.Number, Phase.NotStarted, IsSuspect: false), FailureCause.Cancellation);
        }
    }

    public void LostOne(ModelSlot slot, LostFact fact, FailureCause cause)
    {
        _hasNewFirst = false;
        ModelTask task = Tasks[fact.Task - 1];
        if (task.Slot == slot)
            Lose(task, fact, cause);
    }

    public void Died(ModelSlot slot, IReadOnlyList<LostFact> facts, FailureCause cause)
    {
        _hasNewFirst = false;
        slot.IsOpen = slot.IsAttached = false;
        slot.IsGone = slot.IsDead = true;
        foreach (LostFact fact in facts)
        {
            ModelTask task = Tasks[fact.Task - 1];
            if (fact.Phase == Phase.NotStarted)
            {
                task.LostBeforeStart++;
                task.Suspicions += fact.IsSuspect ? 1 : 0;
            }
            Lose(task, fact, cause);
        }
    }

    /// <summary>The next moment at which a timeout or a grace ends, up to a limit; what that means is due then.</summary>
    public TimeSpan? NextDue(TimeSpan limit)
    {
        TimeSpan? next = null;
        foreach (ModelTask task in Live)
        {
            if (task.Due <= limit && !(next <= task.Due))
                next = task.Due;
        }
        if (next is null)
            return null;
        foreach (ModelTask task in Live.Where(task => task.Due == next))
        {
            if (task.Asked is null)
            {
                AskAt(task, Reason.Timeout, next > clock.Now ? next.Value : clock.Now);
            }
            else
            {
                task.Due = null;
                _forcesDue.Add((task.Slot!.Number, task.Number));
            }
        }
        return next;
    }

    public void ShutDown(ShutdownMode mode)
    {
        if (State == ExecutorState.Open)
            State = ExecutorState.ShuttingDown;
        if (mode != ShutdownMode.Drain)
        {
            _queuedAreCancelled = true;
            EmptyQueue(new Ending(EndingKind.Cancelled) { Token = CancellationToken.None });
        }
        if (mode != ShutdownMode.Kill)
            return;
        foreach (ModelTask task in Live.Where(static task => task.Place == Place.There))
        {
            task.Asked ??= Reason.Shutdown;
            _requestsDue[(task.Slot!.Number, task.Number)] = task.Asked.Value;
            _forcesDue.Add((task.Slot.Number, task.Number));
        }
    }

    public void Break()
    {
        if (State is ExecutorState.Broken or ExecutorState.Closed)
            return;
        IsBroken = true;
        if (State == ExecutorState.Open)
            State = ExecutorState.Broken;
        EmptyQueue(new Ending(EndingKind.Broken));
    }

    public void Close() => State = ExecutorState.Closed;

    private void EmptyQueue(Ending ending)
    {
        foreach (ModelTask task in _queue.Concat(_waiting))
            End(task, ending);
        _queue.Clear();
        _waiting.Clear();
    }

    private void Ask(ModelTask task, Reason reason) => AskAt(task, reason, clock.Now);

    private void AskAt(ModelTask task, Reason reason, TimeSpan now)
    {
        task.Asked = reason;
        task.Due = now + setup.Grace;
        _requestsDue[(task.Slot!.Number, task.Number)] = reason;
    }
}
