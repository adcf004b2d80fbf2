using Microsoft.Extensions.Logging;

namespace Offloop.WorkerHost.Link;

/// <summary>The logger of one task. Its lines go to the coordinator's logger.</summary>
internal sealed class TaskLogger(CoordinatorLink link, int sequence) : ILogger
{
    private const int MaxText = 32 << 10;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        string text = formatter(state, exception);
        if (exception is not null)
            text = $"{text}{Environment.NewLine}{exception}";
        link.Log(sequence, logLevel, text.Length <= MaxText ? text : text[..MaxText]);
    }
}
