using Offloop.Payloads;
using Offloop.Scheduling;

namespace Offloop.Threads;

/// <summary>The threads of one executor: as many as it has workers, and those that were abandoned with a task that would not end.</summary>
internal sealed class ThreadCrew : SlotSource
{
    private readonly Lock _lock = new();
    private readonly List<ThreadSlot> _slots = [];
    private readonly Scheduler _scheduler;
    private readonly PayloadFormat? _roundTrip;
    private readonly ThreadStarts? _starts;
    private int _lastId;
    private int _abandoned;
    private bool _closed;

    public ThreadCrew(Scheduler scheduler, ThreadPoolOptions options, PayloadFormat format)
    {
        (_scheduler, MaxSlots) = (scheduler, options.MaxWorkers);
        _roundTrip = options.RoundTripPayloads ? format : null;
        if (options.Initializer is not null || options.ThreadInitializer is not null)
        {
            _starts = new ThreadStarts(this, scheduler, options, format);
            _starts.Fill(); // the first thread asks for _starts
            return;
        }
        for (int i = 0; i < MaxSlots; i++)
            Add();
    }

    public override int MaxSlots { get; }

    public override SourceSnapshot Snapshot()
    {
        lock (_lock)
            return new SourceSnapshot([.. _slots.Select(static slot => slot.Report())], _abandoned);
    }

    /// <summary>Lets the threads end. None has a task any more.</summary>
    public override async ValueTask CloseAsync()
    {
        if (_starts is not null)
            await _starts.CloseAsync().ConfigureAwait(false);
        ThreadSlot[] slots;
        lock (_lock)
        {
            _closed = true;
            slots = [.. _slots];
            _slots.Clear();
        }
        foreach (ThreadSlot slot in slots)
            slot.Close();
    }

    /// <summary>A thread is left alone with its task, and another takes its place.</summary>
    public void Abandon(ThreadSlot slot)
    {
        lock (_lock)
        {
            _slots.Remove(slot);
            _abandoned++;
        }
        if (_starts is null)
            Add();
        else
            _starts.Fill();
    }

    /// <summary>The task of an abandoned thread has ended after all.</summary>
    public void AbandonedEnded()
    {
        lock (_lock)
            _abandoned--;
    }

    public ThreadSlot[] Slots()
    {
        lock (_lock)
            return [.. _slots];
    }

    /// <summary>Adds a thread.</summary>
    /// <param name="start">Its start, if it has an initializer to run; null for a thread that is ready at once.</param>
    public void Add(ThreadStart? start = null)
    {
        ThreadSlot slot;
        lock (_lock)
        {
            if (_closed)
                return;
            _slots.Add(slot = new ThreadSlot(this, _scheduler, ++_lastId, _roundTrip, start));
        }
        _scheduler.Add(slot);
        slot.Begin();
        if (start is null)
            _scheduler.Open(slot);
    }

    /// <summary>Runs the initializer on the calling thread, which is that of the slot. False if the thread has to end.</summary>
    public bool TryStart(ThreadSlot slot) => _starts?.TryRun(slot) ?? true;

    /// <summary>Removes a thread whose initializer has failed.</summary>
    public void Remove(ThreadSlot slot)
    {
        lock (_lock)
            _slots.Remove(slot);
        _scheduler.TryRemoveIdle(slot);
    }
}
