using Microsoft.Extensions.Logging;

namespace Offloop.Cluster.Silos;

/// <summary>Lets through what Orleans has to say to those who did not ask for it: warnings and errors. What the library says itself, or says
/// better, is left out.</summary>
internal sealed class SiloLoggers(ILoggerFactory inner) : ILoggerFactory
{
    /// <summary>Each silo would complain that the application has no server garbage collector.</summary>
    private const int GarbageCollectorWarning = 100405;

    /// <summary>Orleans' part of TLS writes a line for each peer that fails. <see cref="Trust.Refusals"/> writes few.</summary>
    private const string Tls = "Orleans.Connections.Security.";

    public ILogger CreateLogger(string categoryName) =>
        categoryName.StartsWith("Orleans", StringComparison.Ordinal)
            ? new Filtered(inner.CreateLogger(categoryName), categoryName.StartsWith(Tls, StringComparison.Ordinal) ? LogLevel.Error : LogLevel.Warning)
            : inner.CreateLogger(categoryName);

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    /// <summary>Leaves the loggers of the application alone.</summary>
    public void Dispose()
    {
    }

    private sealed class Filtered(ILogger inner, LogLevel least) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel >= least && inner.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= least && eventId.Id != GarbageCollectorWarning)
                inner.Log(logLevel, eventId, state, exception, formatter);
        }
    }
}
