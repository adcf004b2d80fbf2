using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Offloop.Coordinator.Logging;

/// <summary>How the log is written.</summary>
internal enum LogFormat
{
    Text,
    Json,
}

/// <summary>The log on stderr, one line each.</summary>
internal static class StderrLog
{
    /// <summary>Makes the loggers; what they have been given is written out when they are disposed.</summary>
    public static ILoggerFactory Create(LogLevel threshold, LogFormat format) =>
        threshold == LogLevel.None ? NullLoggerFactory.Instance : Build(threshold, format);

    /// <summary>Not inlined, so that a run without a log does not load its libraries.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ILoggerFactory Build(LogLevel threshold, LogFormat format) => LoggerFactory.Create(builder =>
    {
        builder.SetMinimumLevel(threshold);
        if (format == LogFormat.Json)
            builder.AddJsonConsole(static options => options.UseUtcTimestamp = true);
        else
            builder.AddSimpleConsole(static options => (options.SingleLine, options.ColorBehavior) = (true, LoggerColorBehavior.Disabled));
        builder.Services.Configure<ConsoleLoggerOptions>(static options => options.LogToStandardErrorThreshold = LogLevel.Trace);
    });
}
