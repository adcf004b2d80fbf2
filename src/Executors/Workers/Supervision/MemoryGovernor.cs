namespace Offloop.Workers;

/// <summary>Watches the memory of the workers that have tasks. A worker over the soft line is replaced when its task has ended, and one
/// over the limit is killed.</summary>
internal sealed class MemoryGovernor : IDisposable
{
    private const double SoftShare = 0.8;
    private static readonly TimeSpan s_period = TimeSpan.FromMilliseconds(100);

    private readonly long _limit;
    private readonly Func<WorkerSlot[]> _slots;
    private readonly Action _wake;
    private readonly ITimer _timer;
    private int _sampling;

    public MemoryGovernor(long limit, Func<WorkerSlot[]> slots, TimeProvider clock, Action wake)
    {
        (_limit, _slots, _wake) = (limit, slots, wake);
        _timer = clock.CreateTimer(_ => Sample(), null, s_period, s_period);
    }

    public void Dispose() => _timer.Dispose();

    private void Sample()
    {
        if (Interlocked.Exchange(ref _sampling, 1) == 1)
            return; // the last look is still under way
        try
        {
            // The processes are looked through once for all workers, and not at all while none has a task.
            (WorkerSlot Slot, int Process)[] busy = [.. Busy()];
            if (busy.Length == 0)
                return;
            Dictionary<int, long> used = ResidentMemory.OfGroups([.. busy.Select(static worker => worker.Process)]);
            foreach ((WorkerSlot slot, int process) in busy)
                Judge(slot, used.GetValueOrDefault(process));
        }
        finally
        {
            Volatile.Write(ref _sampling, 0);
        }
    }

    private IEnumerable<(WorkerSlot, int)> Busy()
    {
        foreach (WorkerSlot slot in _slots())
        {
            if (slot.Tasks.IsBusy && slot.Facts.ProcessId is { } process)
                yield return (slot, process);
        }
    }

    private void Judge(WorkerSlot slot, long used)
    {
        if (used > _limit)
        {
            slot.Kill(new KillReason(FailureCause.MemoryLimit, $"it uses {used} bytes, more than {_limit}")
            {
                ResidentBytes = used,
                MemoryLimitBytes = _limit
            });
        }
        else if (used > _limit * SoftShare && !slot.IsOverSoftLimit)
        {
            slot.IsOverSoftLimit = true;
            _wake();
        }
    }
}
