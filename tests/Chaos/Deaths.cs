using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Offloop.Chaos;

/// <summary>What really befell the workers: the blows that were dealt, and what the pool logs that it did itself.</summary>
internal sealed class Deaths : ILoggerFactory, ILogger
{
    // Event ids of the library's log, which are stable.
    private const int Ready = 1;
    private const int Lost = 2;
    private const int StartFailed = 3;
    private const int Killed = 8;
    private const int Left = 10;

    private readonly ConcurrentDictionary<int, bool> _killed = new();
    private readonly ConcurrentDictionary<int, bool> _stopped = new();
    private readonly ConcurrentDictionary<int, string> _killedByPool = new();
    private readonly int[] _events = new int[32];

    public int Kills { get; set; }

    public int Stops { get; set; }

    public int Pauses { get; set; }

    public int Started => _events[Ready];

    public int Recycled => _events[Left];

    public int StartsFailed => _events[StartFailed];

    public int Unexpected => _events[Lost];

    public int KilledByPool => _events[Killed];

    public void Kill(int process) => _killed[process] = true;

    public void Stop(int process) => _stopped[process] = true;

    public bool WasKilled(int? process) => process is { } id && _killed.ContainsKey(id);

    public bool WasStopped(int? process) => process is { } id && _stopped.ContainsKey(id);

    /// <summary>Whether the pool took it for dead; on a starved machine that may be one that was only slow.</summary>
    public bool WasTakenForDead(int? process) =>
        process is { } id && _killedByPool.TryGetValue(id, out string? reason) && reason.Contains("not answered", StringComparison.Ordinal);

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        Interlocked.Increment(ref _events[eventId.Id]);
        if (eventId.Id == Killed && state is IReadOnlyList<KeyValuePair<string, object?>> facts)
            _killedByPool[(int)facts.First(fact => fact.Key == "Process").Value!] = (string)facts.First(fact => fact.Key == "Reason").Value!;
    }

    public void Dispose()
    {
    }
}
