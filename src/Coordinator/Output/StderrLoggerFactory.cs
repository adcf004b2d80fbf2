using Microsoft.Extensions.Logging;

namespace Offloop.Coordinator.Output;

/// <summary>Writes warnings and errors to stderr, one line each.</summary>
internal sealed class StderrLoggerFactory : ILoggerFactory, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("It writes to stderr and nowhere else.");

    public void Dispose()
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Warning and < LogLevel.None;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
            return;
        string level = logLevel == LogLevel.Warning ? "warning" : "error";
        string cause = exception is null ? "" : $" ({exception.GetType().Name}: {exception.Message})";
        Console.Error.WriteLine($"{level}: {formatter(state, exception)}{cause}".ReplaceLineEndings(" "));
    }
}
