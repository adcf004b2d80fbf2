using Offloop.Coordinator.Clustering;
using Offloop.Coordinator.Fetching;
using Offloop.Coordinator.Statistics;
using Offloop.Coordinator.Stopping;
using Offloop.Coordinator.Ticking;

namespace Offloop.Coordinator.Output;

/// <summary>Counts the ticks and fetches of a run and writes them out. The event loop's thread adds to it until another thread closes it.
/// The loop may be blocked in a write at that moment, so nothing is written under the lock.</summary>
internal sealed class Report(RunSetup setup, TickSchedule schedule, RunOutput output, StopSignal stop, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly TickStatistics _ticks = new(schedule);
    private readonly FetchStatistics _fetches = new();
    private bool _closed;

    public void Tick(TimeSpan lag, TimeSpan nextDue)
    {
        lock (_lock)
        {
            if (_closed)
                return;
            _ticks.Add(lag, nextDue);
        }
        Write(() => output.Tick(clock.GetLocalNow(), lag));
    }

    public void Fetch(FetchResult result)
    {
        long number;
        bool isNews;
        lock (_lock)
        {
            if (_closed)
                return;
            isNews = _fetches.Add(result);
            number = _fetches.Ok + _fetches.Failed;
        }
        Write(() => output.Fetch(number, result, isNews));
    }

    /// <summary>Tells what has become of a node of the executor.</summary>
    public void Node(NodeNews news)
    {
        lock (_lock)
        {
            if (_closed)
                return;
        }
        Write(() => output.Node(news));
    }

    /// <summary>Ends the counting and the writing, and sums up the run until <paramref name="end"/>.</summary>
    public RunSummary Close(TimeSpan end)
    {
        lock (_lock)
        {
            _closed = true;
            return RunSummary.Of(_ticks, _fetches, end, setup);
        }
    }

    public void Summarize(RunSummary summary) => Write(() => output.Summary(summary));

    private void Write(Action write)
    {
        try
        {
            write();
        }
        catch (ClosedOutputException)
        {
            stop.Request(StopReason.OutputClosed); // the reader has seen enough
        }
        catch (IOException error)
        {
            stop.Fail($"stdout could not be written: {error.Message}");
        }
    }
}
