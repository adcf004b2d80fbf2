namespace Offloop.Telemetry;

/// <summary>How many log lines something may cause that a peer can repeat at will. Thread-safe.</summary>
internal sealed class LineBudget(int lines)
{
    private long _asked;

    /// <summary>How many lines were not written.</summary>
    public long Withheld => Math.Max(0, Interlocked.Read(ref _asked) - lines);

    /// <summary>Whether one more may be written; <paramref name="isLast"/> says that it is the last one.</summary>
    public bool TryTake(out bool isLast)
    {
        long asked = Interlocked.Increment(ref _asked);
        isLast = asked == lines;
        return asked <= lines;
    }
}
