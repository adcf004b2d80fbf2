using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Offloop.Tests;

/// <summary>Keeps what is logged, and tells when a line has come.</summary>
internal sealed class TestLog : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyCollection<string> Lines => _lines;

    public Task<string> LineAsync(params string[] parts) =>
        LineAsync(line => Array.TrueForAll(parts, part => line.Contains(part, StringComparison.Ordinal)));

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue($"{logLevel}: {formatter(state, exception)}");

    public void Dispose()
    {
    }

    private async Task<string> LineAsync(Predicate<string> isWanted)
    {
        await Waiting.UntilAsync(() => _lines.Any(line => isWanted(line)), "the line is logged");
        return _lines.First(line => isWanted(line));
    }
}
