using Microsoft.Extensions.Logging;

namespace Offloop.Telemetry;

/// <summary>Writes every line within a scope. Thread-safe.</summary>
internal sealed class ScopedLogger(ILogger logger, LogScope scope) : ILogger
{
    /// <summary>The category of what tasks write: their loggers, and the output of workers.</summary>
    public const string TaskCategory = "Offloop.Tasks";

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull =>
        logger.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => logger.IsEnabled(logLevel);

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!logger.IsEnabled(logLevel))
            return;
        using (logger.BeginScope(scope))
            logger.Log(logLevel, eventId, state, exception, formatter);
    }
}
