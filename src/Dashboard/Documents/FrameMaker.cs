using System.Diagnostics;
using Offloop.Dashboard.Recording;
using Offloop.Telemetry;

namespace Offloop.Dashboard.Documents;

/// <summary>Makes frames. Not thread-safe.</summary>
/// <param name="records">What is kept of the executors.</param>
/// <param name="actions">The paths of the actions that the page has.</param>
internal sealed class FrameMaker(ExecutorRecords records, string[] actions)
{
    private readonly ProcessEntry _process = ThisProcess();
    private FailurePages? _failures;
    private long _number;
    private long _second;

    /// <summary>Makes a frame of what there is now.</summary>
    /// <param name="lags">The lags of the loops.</param>
    public Frame Make(LoopLags lags)
    {
        ExecutorRecord[] all = records.All();
        if (Clock.Second is var second && second != _second)
        {
            _second = second;
            Array.ForEach(all, static record => record.Sample());
            lags.Sample();
        }
        // What changes while it is read is read again with the next frame.
        long version = records.FailuresVersion;
        if (_failures?.Version != version)
            _failures = new FailurePages(version, [.. all.Select(static record => new ExecutorFailures(record.Id, record.ReadFailures()))]);
        var document = new DashboardDocument
        {
            Time = DateTimeOffset.UtcNow,
            Process = _process,
            Actions = actions,
            Loops = lags.Read(),
            Executors = [.. all.Select(ExecutorEntry.From).OfType<ExecutorEntry>()],
        };
        return new Frame(++_number, document, _failures);
    }

    private static ProcessEntry ThisProcess()
    {
        using var process = Process.GetCurrentProcess();
        return new ProcessEntry
        {
            Id = process.Id,
            Name = AppDomain.CurrentDomain.FriendlyName,
            Started = process.StartTime.ToUniversalTime(),
            Version = TelemetryNames.Version,
        };
    }
}
