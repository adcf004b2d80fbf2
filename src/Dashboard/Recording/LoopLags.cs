using System.Diagnostics.Metrics;
using Offloop.Telemetry;

namespace Offloop.Dashboard.Recording;

/// <summary>How late the loops of this process are, while somebody looks: those that a <see cref="LoopMonitor"/> measures, and the thread
/// pool, which is measured here if nobody else does. Thread-safe.</summary>
internal sealed class LoopLags : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, Lag> _lags = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();
    private LoopMonitor? _threadPool;

    public LoopLags()
    {
        _listener.SetMeasurementEventCallback<double>((_, seconds, tags, _) => Hear(NameIn(tags), seconds));
        _listener.EnableMeasurementEvents(ExecutorMeter.LoopLag);
        MeasureThreadPool();
    }

    /// <summary>Takes the values of the series. It is called once a second.</summary>
    public void Sample()
    {
        MeasureThreadPool(); // whoever did it may have ended
        LoopMonitor[] running = [.. LoopMonitor.Running];
        using (_lock.EnterScope())
        {
            foreach (LoopMonitor monitor in running)
                Of_NeedsLock(monitor.Name).Hear(monitor.Waiting.TotalMilliseconds); // a loop that is blocked is seen while it is
            HashSet<string> names = [.. running.Select(static monitor => monitor.Name)];
            foreach (string ended in _lags.Keys.Where(name => !names.Contains(name)).ToArray())
                _lags.Remove(ended);
            foreach (Lag lag in _lags.Values)
                lag.Sample();
        }
    }

    public LoopFigures[] Read()
    {
        using (_lock.EnterScope())
            return [.. _lags.Select(static pair => pair.Value.Read(pair.Key))];
    }

    public void Dispose()
    {
        _listener.Dispose();
        _threadPool?.Dispose();
    }

    private void MeasureThreadPool()
    {
        if (!LoopMonitor.Running.Any(static monitor => monitor.IsOfThreadPool))
            _threadPool = new LoopMonitor();
    }

    private void Hear(string name, double seconds)
    {
        using (_lock.EnterScope())
            Of_NeedsLock(name).Hear(seconds * 1000);
    }

    private Lag Of_NeedsLock(string name)
    {
        if (!_lags.TryGetValue(name, out Lag? lag))
            _lags[name] = lag = new Lag();
        return lag;
    }

    private static string NameIn(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach ((string key, object? value) in tags)
        {
            if (key == TelemetryNames.LoopName && value is string name)
                return name;
        }
        return "loop";
    }

    private sealed class Lag
    {
        private readonly Series _worst = new();
        private double _sinceSample;

        public void Hear(double milliseconds) => _sinceSample = Math.Max(_sinceSample, milliseconds);

        public void Sample()
        {
            _worst.Add(_sinceSample);
            _sinceSample = 0;
        }

        public LoopFigures Read(string name)
        {
            double[] worst = _worst.ToArray();
            return new LoopFigures
            {
                Name = name,
                LagMs = Math.Round(Math.Max(_sinceSample, worst.LastOrDefault()), 3),
                MaxLagMs = Math.Max(Math.Round(_sinceSample, 3), worst.TakeLast(TimeCounts.Span).DefaultIfEmpty().Max()),
                Lag = worst,
            };
        }
    }
}

/// <summary>How late a loop is, in milliseconds.</summary>
internal sealed record LoopFigures
{
    /// <summary>What the loop is called in metrics.</summary>
    public required string Name { get; init; }

    /// <summary>The longest lag of the last second or two.</summary>
    public required double LagMs { get; init; }

    /// <summary>The longest lag of the last minute.</summary>
    public required double MaxLagMs { get; init; }

    /// <summary>The longest lag in each of the last seconds.</summary>
    public required double[] Lag { get; init; }
}
