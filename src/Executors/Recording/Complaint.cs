namespace Offloop.Recording;

/// <summary>Tells of what goes wrong again and again, at most once a minute, with the number of times since it was told before.
/// Its members do not throw. Thread-safe.</summary>
/// <param name="time">The clock.</param>
/// <param name="tell">Takes the number and the last reason. What it throws is dropped.</param>
internal sealed class Complaint(TimeProvider time, Action<long, string> tell)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private long _untold;
    private long? _toldAt;
    private string _reason = "";

    public void Add(string reason = "")
    {
        lock (_lock)
        {
            _untold++;
            _reason = reason;
            if (_toldAt is { } before && time.GetElapsedTime(before) < s_pause)
                return;
        }
        Tell();
    }

    /// <summary>Tells what was not told yet.</summary>
    public void Tell()
    {
        long count;
        string reason;
        lock (_lock)
        {
            if (_untold == 0)
                return;
            (count, reason) = (_untold, _reason);
            (_untold, _toldAt) = (0, time.GetTimestamp());
        }
        try
        {
            tell(count, reason);
        }
        catch (Exception) // the application's logger may throw anything; what goes wrong must not end what complains of it
        {
        }
    }
}
