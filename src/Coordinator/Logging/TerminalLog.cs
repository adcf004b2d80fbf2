using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace Offloop.Coordinator.Logging;

/// <summary>Writes what tasks print, and the log, above what is drawn in a terminal.</summary>
/// <param name="console">The terminal.</param>
/// <param name="threshold">From which level on lines of the log are written.</param>
internal sealed class TerminalLog(IAnsiConsole console, LogLevel threshold) : ILoggerFactory, ILogger
{
    /// <summary>The events that stand for a line of a task or of its worker; docs/operations.md lists them.</summary>
    private static readonly int[] s_output = [5, 12];

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("It writes to the terminal and nowhere else.");

    public void Dispose()
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information || logLevel >= threshold;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        bool isOutput = Array.IndexOf(s_output, eventId.Id) >= 0;
        if (!isOutput && (logLevel < threshold || threshold == LogLevel.None))
            return;
        string cause = exception is null ? "" : $" ({exception.GetType().Name}: {exception.Message})";
        console.WriteLine($"{(isOutput ? "" : $"{logLevel}: ")}{formatter(state, exception)}{cause}".ReplaceLineEndings(" "));
    }
}
