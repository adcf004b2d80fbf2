using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Offloop.Cluster.Silos;

/// <summary>Lets through what Orleans, and what it uses, have to say to those who did not ask for it: errors. The loss of one process
/// makes pages of warnings, where the library itself says the same in one line.</summary>
internal sealed class SiloLoggers(ILoggerFactory inner) : ILoggerFactory
{
    /// <summary>The categories whose warnings are no news. Polly is what Orleans retries with, and tells each of its attempts.</summary>
    private static readonly string[] s_noisy = ["Orleans.", "Microsoft.Orleans.", "Polly"];

    /// <summary>The categories that say nothing at all: Orleans' part of TLS writes an error for each peer that fails, as often as
    /// peers like, where <see cref="Trust.Refusals"/> writes few.</summary>
    private static readonly string[] s_silent = ["Orleans.Connections.Security."];

    private volatile bool _isHushed;

    /// <summary>Leaves out from now all but what the library says itself: the silo is being stopped, and its effects are meant.</summary>
    public void Hush() => _isHushed = true;

    public ILogger CreateLogger(string categoryName)
    {
        if (Begins(s_silent))
            return NullLogger.Instance;
        ILogger logger = inner.CreateLogger(categoryName);
        if (categoryName.StartsWith("Offloop", StringComparison.Ordinal))
            return logger;
        return new Filtered(logger, this, Begins(s_noisy) ? LogLevel.Error : LogLevel.Warning);

        bool Begins(string[] starts) => starts.Any(start => categoryName.StartsWith(start, StringComparison.Ordinal));
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

        public bool IsEnabled(LogLevel logLevel) => logLevel >= least && !all._isHushed && inner.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= least && !all._isHushed)
                inner.Log(logLevel, eventId, state, exception, formatter);
        }
    }
}
