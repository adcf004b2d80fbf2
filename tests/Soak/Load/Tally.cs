namespace Offloop.Soak.Load;

/// <summary>Counts how the tasks ended. Thread-safe.</summary>
internal sealed class Tally
{
    private readonly Lock _lock = new();
    private string? _firstWrong;
    private int _ended;
    private int _lost;
    private int _wrong;

    /// <summary>Tasks that ended as they should.</summary>
    public int Ended => Volatile.Read(ref _ended);

    /// <summary>Tasks that were lost with a worker, as they may be when workers are killed.</summary>
    public int Lost => Volatile.Read(ref _lost);

    /// <summary>Says how many tasks ended as they should not, and how the first one did; null if none.</summary>
    public string? Wrong
    {
        get
        {
            lock (_lock)
                return _wrong == 0 ? null : $"{_wrong} tasks ended otherwise than they should; the first one: {_firstWrong}";
        }
    }

    public void CountEnd() => Interlocked.Increment(ref _ended);

    public void CountLoss() => Interlocked.Increment(ref _lost);

    public void CountWrong(string kind, Exception error)
    {
        lock (_lock)
        {
            _wrong++;
            _firstWrong ??= $"{kind}, {error.GetType().Name}: {error.Message}";
        }
    }
}
