using Microsoft.Extensions.Logging;

namespace Offloop.Tests;

/// <summary>A log that takes no line with a certain text until it is let go: as slow as a log can be.</summary>
internal sealed class StuckLog(string text) : ILoggerFactory, ILogger
{
    private readonly TaskCompletionSource _stuck = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _go = new();
    private int _taken;

    /// <summary>Completes when the first such line has come.</summary>
    public Task Stuck => _stuck.Task;

    /// <summary>How many such lines it has taken.</summary>
    public int Taken => Volatile.Read(ref _taken);

    public void LetGo() => _go.Set();

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!formatter(state, exception).Contains(text, StringComparison.Ordinal))
            return;
        _stuck.TrySetResult();
        _go.Wait();
        Interlocked.Increment(ref _taken);
    }

    public void Dispose() => _go.Dispose();
}
