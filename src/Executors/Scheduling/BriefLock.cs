namespace Offloop.Scheduling;

/// <summary>A lock that is held only briefly. A thread that does not get it at once spins for a few microseconds, then lets others run
/// a few times, and goes to sleep only then: to be woken would take it many times as long as the lock is held.</summary>
internal sealed class BriefLock
{
    private const int FirstSpin = 20; // iterations of the processor's pause; doubled each time
    private const int Spins = 5;
    private const int Yields = 5;

    private readonly Lock _lock = new();

    public bool IsHeldByCurrentThread => _lock.IsHeldByCurrentThread;

    /// <summary>Takes the lock until the scope is disposed.</summary>
    public Scope EnterScope()
    {
        if (!_lock.TryEnter())
            EnterSlowly();
        return new Scope(_lock);
    }

    private void EnterSlowly()
    {
        for (int i = 0; i < Spins + Yields; i++)
        {
            if (i < Spins)
                Thread.SpinWait(FirstSpin << i);
            else
                Thread.Sleep(0);
            if (_lock.TryEnter())
                return;
        }
        _lock.Enter();
    }

    public readonly ref struct Scope(Lock held)
    {
        public void Dispose() => held.Exit();
    }
}
