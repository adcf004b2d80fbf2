using Microsoft.Extensions.Logging;

namespace Offloop.WorkerHost;

/// <summary>The logger of one task: its lines go to the coordinator's logger.</summary>
internal sealed class TaskLogger(CoordinatorLink link, int sequence) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        string text = formatter(state, exception);
        link.Log(sequence, logLevel, exception is null ? text : $"{text}{Environment.NewLine}{exception}");
    }
}
