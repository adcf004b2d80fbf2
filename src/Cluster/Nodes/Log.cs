using Microsoft.Extensions.Logging;

namespace Offloop.Cluster.Nodes;

internal static partial class Log
{
    [LoggerMessage(55, LogLevel.Information, "Node {Node} works for no executor any more: {Reason}.")]
    public static partial void NodeSessionEnded(this ILogger logger, string node, string reason);
}
