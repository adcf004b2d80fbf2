using Microsoft.Extensions.Logging;

namespace Offloop.Soak.Load;

/// <summary>A log that takes every line and keeps none.</summary>
internal sealed class CountingLog : ILoggerFactory, ILogger
{
    private long _lines;

    public long Lines => Interlocked.Read(ref _lines);

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("The soak has one log.");

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (formatter(state, exception).Length > 0)
            Interlocked.Increment(ref _lines);
    }

    public void Dispose()
    {
    }
}
