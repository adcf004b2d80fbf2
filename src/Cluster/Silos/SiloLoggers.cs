using Microsoft.Extensions.Logging;

namespace Offloop.Cluster.Silos;

/// <summary>Lets through what Orleans, and what it uses, have to say to those who did not ask for it: warnings and errors. What the library
/// says itself, or says better, is left out.</summary>
internal sealed class SiloLoggers(ILoggerFactory inner) : ILoggerFactory
{
    /// <summary>Each silo would complain that the application has no server garbage collector.</summary>
    private const int GarbageCollectorWarning = 100405;

    /// <summary>The categories whose warnings are no news. Orleans' part of TLS writes a line for each peer that fails, where
    /// <see cref="Trust.Refusals"/> writes few. The watchdog of each silo that starts takes the time since the machine was started for one
    /// in which nothing moved (10.4.2).</summary>
    private static readonly string[] s_noisy = ["Orleans.Connections.Security.", "Orleans.Runtime.Watchdog"];

    private volatile LogLevel _least = LogLevel.Warning;

    /// <summary>Leaves warnings out from now on: the silo is being stopped at once, and what that does to others is meant.</summary>
    public void Hush() => _least = LogLevel.Error;

    public ILogger CreateLogger(string categoryName)
    {
        ILogger logger = inner.CreateLogger(categoryName);
        if (categoryName.StartsWith("Offloop", StringComparison.Ordinal))
            return logger;
        bool isNoisy = s_noisy.Any(noisy => categoryName.StartsWith(noisy, StringComparison.Ordinal));
        return new Filtered(logger, this, isNoisy ? LogLevel.Error : LogLevel.Warning);
    }

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    /// <summary>Leaves the loggers of the application alone.</summary>
    public void Dispose()
    {
    }

    private sealed class Filtered(ILogger inner, SiloLoggers all, LogLevel least) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel >= least && logLevel >= all._least && inner.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= least && logLevel >= all._least && eventId.Id != GarbageCollectorWarning)
                inner.Log(logLevel, eventId, state, exception, formatter);
        }
    }
}
