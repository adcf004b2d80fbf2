using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Offloop.Tests.Support;

/// <summary>A log that keeps its lines with the scopes around them.</summary>
internal sealed class ScopedLines : ILoggerFactory
{
    private readonly ConcurrentQueue<(string Category, string Text, Dictionary<string, object?> Scope)> _lines = new();
    private readonly LoggerExternalScopeProvider _scopes = new();

    /// <summary>Waits for the line that has these words.</summary>
    public async Task<(string Category, string Text, Dictionary<string, object?> Scope)> LineAsync(string words)
    {
        while (true)
        {
            foreach ((string Category, string Text, Dictionary<string, object?> Scope) line in _lines)
            {
                if (line.Text.Contains(words, StringComparison.Ordinal))
                    return line;
            }
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    public ILogger CreateLogger(string categoryName) => new Lines(this, categoryName);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    private sealed class Lines(ScopedLines owner, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => owner._scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Dictionary<string, object?> scope = [];
            owner._scopes.ForEachScope(
                static (values, scope) =>
                {
                    foreach ((string name, object? value) in values as IEnumerable<KeyValuePair<string, object?>> ?? [])
                        scope[name] = value;
                },
                scope);
            owner._lines.Enqueue((category, formatter(state, exception), scope));
        }
    }
}
