using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Offloop.Tests.Support;

/// <summary>Listens to the library's meter.</summary>
internal sealed class Measured : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<(Instrument Instrument, double Value, KeyValuePair<string, object?>[] Tags)> _all = new();

    public Measured()
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == "Offloop.Executors")
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => _all.Enqueue((instrument, value, tags.ToArray())));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => _all.Enqueue((instrument, value, tags.ToArray())));
        _listener.Start();
    }

    /// <summary>The names of the instruments that have measured something, with their units.</summary>
    public IEnumerable<string> Instruments => _all.Select(static one => $"{one.Instrument.Name} {one.Instrument.Unit}").Distinct();

    /// <summary>All attributes that measurements had.</summary>
    public IEnumerable<string> Attributes => _all.SelectMany(static one => one.Tags.Select(static tag => tag.Key)).Distinct();

    /// <summary>Asks the instruments that answer when asked.</summary>
    public void Ask()
    {
        _all.Clear();
        _listener.RecordObservableInstruments();
    }

    /// <summary>The measurements of an instrument.</summary>
    public (double Value, Dictionary<string, object?> Tags)[] All(string instrument) =>
        [.. _all.Where(one => one.Instrument.Name == instrument).Select(static one => (one.Value, one.Tags.ToDictionary()))];

    /// <summary>The measurements of an instrument for the executor of this name.</summary>
    public (double Value, Dictionary<string, object?> Tags)[] Of(string instrument, string executor) =>
    [
        .. _all.Where(one => one.Instrument.Name == instrument && one.Tags.Contains(new("offloop.executor.name", executor)))
            .Select(static one => (one.Value, one.Tags.ToDictionary())),
    ];

    public void Dispose() => _listener.Dispose();
}
