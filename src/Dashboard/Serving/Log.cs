using Microsoft.Extensions.Logging;

namespace Offloop.Dashboard.Serving;

/// <summary>Every log line of the dashboard. The event ids are stable, and differ from those of the library.</summary>
internal static partial class Log
{
    [LoggerMessage(
        70, LogLevel.Information,
        "Dashboard: {Action} of executor {Executor} (worker {Worker}, task {Task}) by {User}: {Status} {Answer}")]
    public static partial void ActedOn(
        this ILogger logger, string action, int executor, int? worker, long? task, string user, int status, string answer);

    [LoggerMessage(71, LogLevel.Warning, "Dashboard: {Action} of executor {Executor} has failed: {Reason}")]
    public static partial void ActionFailed(this ILogger logger, string action, int executor, string reason);
}
