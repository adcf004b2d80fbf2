using System.Diagnostics.CodeAnalysis;

namespace Offloop.Coordinator.Fetching;

/// <summary>The requests of a run: each target in turn, until <paramref name="count"/> were taken. Only the event loop takes.</summary>
/// <param name="targets">URLs, or the name of the work.</param>
/// <param name="timeout">The time that each may take.</param>
/// <param name="count">How many there are; null if there is no end.</param>
internal sealed class RequestSource(IReadOnlyList<string> targets, TimeSpan timeout, int? count)
{
    private long _taken;
    private volatile bool _isClosed;

    /// <summary>How many were taken. Any thread may ask.</summary>
    public long Taken => Volatile.Read(ref _taken);

    /// <summary>Lets nothing be taken any more. Any thread may close it.</summary>
    public void Close() => _isClosed = true;

    public bool TryTake([NotNullWhen(true)] out FetchRequest? request)
    {
        bool isLeft = !_isClosed && (count is null || _taken < count);
        request = isLeft ? new FetchRequest(targets[(int)(_taken % targets.Count)], timeout, _taken + 1) : null;
        if (isLeft)
            Volatile.Write(ref _taken, _taken + 1);
        return isLeft;
    }
}
