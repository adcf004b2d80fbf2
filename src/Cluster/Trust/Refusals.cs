using Microsoft.Extensions.Logging;

namespace Offloop.Cluster.Trust;

/// <summary>Remembers the last connection of a silo that was refused, so that a start that fails can say why, and tells refusals in the
/// log: one line in ten seconds, because peers can cause as many as they like. Thread-safe.</summary>
internal sealed class Refusals(ILogger logger, TimeProvider time)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(10);

    private readonly Lock _using = new();
    private long? _toldAt;
    private int _untold;

    /// <summary>Why the last connection was refused, by this process or by its peer.</summary>
    public string? Last { get; private set; }

    public void Add(string reason)
    {
        int untold;
        lock (_using)
        {
            Last = reason;
            if (_toldAt is { } told && time.GetElapsedTime(told) < s_pause)
            {
                _untold++;
                return;
            }
            _toldAt = time.GetTimestamp();
            untold = _untold;
            _untold = 0;
        }
        if (untold == 0)
            logger.ConnectionRefused(reason);
        else
            logger.ConnectionsRefused(untold, reason);
    }
}
