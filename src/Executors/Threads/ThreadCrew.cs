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
    private int _lastId;
    private int _abandoned;
    private bool _closed;

    public ThreadCrew(Scheduler scheduler, int workers, PayloadFormat? roundTrip)
    {
        (_scheduler, _roundTrip, MaxConcurrency) = (scheduler, roundTrip, workers);
        for (int i = 0; i < workers; i++)
            Add();
    }

    public override int MaxConcurrency { get; }

    public override SourceSnapshot Snapshot()
    {
        lock (_lock)
            return new SourceSnapshot([.. _slots.Select(static slot => slot.Report())], _abandoned);
    }

    /// <summary>Lets the threads end. None has a task any more.</summary>
    public override ValueTask CloseAsync()
    {
        ThreadSlot[] slots;
        lock (_lock)
        {
            _closed = true;
            slots = [.. _slots];
            _slots.Clear();
        }
        foreach (ThreadSlot slot in slots)
            slot.Close();
        return ValueTask.CompletedTask;
    }

    /// <summary>A thread is left alone with its task, and another takes its place.</summary>
    public void Abandon(ThreadSlot slot)
    {
        lock (_lock)
        {
            _slots.Remove(slot);
            _abandoned++;
        }
        Add();
    }

    /// <summary>The task of an abandoned thread has ended after all.</summary>
    public void AbandonedEnded()
    {
        lock (_lock)
            _abandoned--;
    }

    private void Add()
    {
        ThreadSlot slot;
        lock (_lock)
        {
            if (_closed)
                return;
            _slots.Add(slot = new ThreadSlot(this, _scheduler, ++_lastId, _roundTrip));
        }
        _scheduler.Add(slot);
        _scheduler.Open(slot);
    }
}
