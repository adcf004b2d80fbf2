using System.Globalization;
using Offloop.Soak.Sampling;

namespace Offloop.Soak.Report;

/// <summary>The samples as a file of comma-separated values, which is written as they come.</summary>
internal sealed class Table : IDisposable
{
    private static readonly (string Name, Func<Sample, double?> Read)[] s_columns =
    [
        ("seconds", static sample => Math.Round(sample.At.TotalSeconds, 1)),
        ("resident_bytes", static sample => sample.Resident),
        ("private_dirty_bytes", static sample => sample.PrivateDirty),
        ("managed_heap_bytes", static sample => sample.ManagedHeap),
        ("committed_bytes", static sample => sample.Committed),
        ("handles", static sample => sample.Handles),
        ("threads", static sample => sample.Threads),
        ("timers", static sample => sample.Timers),
        ("temporary_files", static sample => sample.Files),
        ("children", static sample => sample.Children),
        ("cores", static sample => Math.Round(sample.Cores, 3)),
        ("tasks_ended", static sample => sample.Ended),
        ("tasks_lost", static sample => sample.Lost),
        ("workers_started", static sample => sample.Started),
    ];

    private readonly StreamWriter _file;

    public Table(string path)
    {
        _file = new StreamWriter(path) { AutoFlush = true };
        _file.WriteLine(string.Join(',', s_columns.Select(static column => column.Name)));
    }

    public void Write(Sample sample) => _file.WriteLine(string.Join(
        ',', s_columns.Select(column => column.Read(sample)?.ToString(CultureInfo.InvariantCulture))));

    public void Dispose() => _file.Dispose();
}
