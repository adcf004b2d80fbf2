namespace Offloop.Model.Seam;

/// <summary>A clock that stands still until it is advanced. Its timers are called one by one, in order, each when the clock shows its time;
/// never from within the call that sets them, as a timer of the system never is. It knows how many are left.</summary>
internal sealed class ModelClock : TimeProvider
{
    private readonly HashSet<ModelTimer> _timers = [];
    private readonly List<Action> _overtaken = [];
    private long _made;

    public TimeSpan Now { get; private set; }

    /// <summary>Timers that have been made and not disposed.</summary>
    public int Kept => _timers.Count;

    /// <summary>Timers that will call back.</summary>
    public int Armed => _timers.Count(static timer => timer.Due is not null);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Now.Ticks;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + Now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ModelTimer(this, ++_made, callback, state);
        _timers.Add(timer);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Sets the clock forward and calls no timer, as if the process had been paused.</summary>
    public void Jump(TimeSpan by) => Now += by;

    /// <summary>Calls the timers that were stopped or set anew after their time had come: the call of a real one may be under way
    /// then.</summary>
    public int CallOvertaken()
    {
        Action[] calls = [.. _overtaken];
        _overtaken.Clear();
        foreach (Action call in calls)
            call();
        return calls.Length;
    }

    /// <summary>Sets the clock forward and calls the timers whose time has come. One that is set meanwhile waits for the next
    /// call.</summary>
    public void AdvanceTo(TimeSpan time)
    {
        foreach (ModelTimer timer in _timers.Where(timer => timer.Due <= time).OrderBy(static timer => (timer.Due, timer.Order)).ToArray())
        {
            if (timer.Due is not { } due || due > time)
                continue; // stopped or set anew by a callback before it
            Now = due > Now ? due : Now;
            timer.Fire();
        }
        Now = time > Now ? time : Now;
    }

    private sealed class ModelTimer(ModelClock clock, long order, TimerCallback callback, object? state) : ITimer
    {
        public long Order => order;

        public TimeSpan? Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (period != Timeout.InfiniteTimeSpan)
                throw new NotSupportedException("The scheduler's timers call back once.");
            if (!clock._timers.Contains(this))
                return false;
            NoteOvertaken();
            Due = dueTime == Timeout.InfiniteTimeSpan ? null : clock.Now + dueTime;
            return true;
        }

        public void Fire()
        {
            Due = null;
            callback(state);
        }

        public void Dispose()
        {
            if (clock._timers.Remove(this))
                NoteOvertaken();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void NoteOvertaken()
        {
            if (Due <= clock.Now)
                clock._overtaken.Add(() => callback(state));
        }
    }
}
