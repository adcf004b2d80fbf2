using Microsoft.Extensions.Logging;

namespace Offloop.Cluster.Trust;

/// <summary>The log lines of refused connections. The event ids are stable, and no other part of the library uses them.</summary>
internal static partial class Log
{
    [LoggerMessage(42, LogLevel.Warning, "A connection was refused: {Reason}")]
    public static partial void ConnectionRefused(this ILogger logger, string reason);

    [LoggerMessage(43, LogLevel.Warning, "A connection was refused, as were {Count} before it that are not listed: {Reason}")]
    public static partial void ConnectionsRefused(this ILogger logger, int count, string reason);
}
