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
            slot != _kept && (slot.HasFreePlaceFor(task) || slot.HasRoomAheadFor(task))
            && !_queue.Concat(_waiting).Any(other => other.Lane == task.Lane));
        if (source is { IsCancellationRequested: true })
            End(task, new Ending(EndingKind.Cancelled) { Token = source.Token });
        else if (!IsOpen && !IsBroken)
            End(task, new Ending(EndingKind.Refused));
        else if (Refuses)
            End(task, new Ending(EndingKind.Broken));
        else
            Accept(task, goesAtOnce);
        return task;
    }

    private void Accept(ModelTask task, bool goesAtOnce)
    {
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
    }

    public void Attach(ModelSlot slot)
    {
        if (slot.IsGone)
            return;
        slot.IsOpen = slot.IsAttached = true;
        slot.IdleSince = ++_idleMoments;
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
        foreach (ModelTask task in tasks)
        {
            if (task.Slot != slot)
                continue;
            slot.Given--;
            Lose(task, new LostFact(task.Number, Phase.NotStarted, IsSuspect: false), FailureCause.Cancellation);
        }
    }

    public void LostOne(ModelSlot slot, LostFact fact, FailureCause cause)
    {
        ModelTask task = Tasks[fact.Task - 1];
        if (task.Slot != slot)
            return;
        slot.Given -= fact.Phase == Phase.NotStarted ? 1 : 0;
        Suspect(task, fact);
        Lose(task, fact, cause);
    }

    public void Died(ModelSlot slot, IReadOnlyList<LostFact> facts, FailureCause cause)
    {
        slot.IsOpen = slot.IsAttached = false;
        slot.IsGone = slot.IsDead = true;
        foreach (LostFact fact in facts)
        {
            ModelTask task = Tasks[fact.Task - 1];
            Suspect(task, fact);
            Lose(task, fact, cause);
        }
    }

    private static void Suspect(ModelTask task, LostFact fact)
    {
        if (fact.Phase != Phase.NotStarted)
            return;
        task.LostBeforeStart++;
        task.Suspicions += fact.IsSuspect ? 1 : 0;
    }

    /// <summary>The next moment at which a timeout, a grace or a patience ends, up to a limit; what that means is due then.</summary>
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
            else if (!task.IsForced)
            {
                ForceAt(task, next > clock.Now ? next.Value : clock.Now);
            }
            else
            {
                _giveUpsDue.Add(task.Slot!.Number);
            }
        }
        return next;
    }

    /// <summary>A slot was to end by force and nobody saw it end: nothing is known of its tasks.</summary>
    public void GivenUp(int number)
    {
        tell($"slot {number} is given up");
        Require(_giveUpsDue.Remove(number), $"Slot {number} was given up without a reason.");
        ModelSlot slot = Slots[number - 1];
        HasGivenUp?.Invoke(slot);
        Died(slot, [.. slot.Tasks.Select(static task => new LostFact(task.Number, Phase.Unknown, IsSuspect: false))], Rules.UnseenDeath);
    }

    public void ShutDown(ShutdownMode mode)
    {
        if (IsOpen)
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
            ForceAt(task, clock.Now);
        }
    }

    public void Break()
    {
        if (IsBroken || State == ExecutorState.Closed)
            return;
        IsBroken = true;
        if (IsOpen)
            State = ExecutorState.Broken;
        EmptyQueue(new Ending(EndingKind.Broken));
    }

    public void Degrade(bool refuses)
    {
        if (IsBroken || State == ExecutorState.Closed)
            return;
        if (State == ExecutorState.Open)
            State = ExecutorState.Degraded;
        _refusesForNow = refuses;
        if (refuses)
            EmptyQueue(new Ending(EndingKind.Broken));
    }

    public void Recover()
    {
        if (IsBroken || State == ExecutorState.Closed)
            return;
        if (State == ExecutorState.Degraded)
            State = ExecutorState.Open;
        _refusesForNow = false;
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

    private void ForceAt(ModelTask task, TimeSpan now)
    {
        task.IsForced = true;
        task.Due = now + setup.Patience;
        _forcesDue.Add((task.Slot!.Number, task.Number));
    }

    private void AskAt(ModelTask task, Reason reason, TimeSpan now)
    {
        task.Asked = reason;
        task.Due = now + setup.Grace;
        _requestsDue[(task.Slot!.Number, task.Number)] = reason;
    }
}
