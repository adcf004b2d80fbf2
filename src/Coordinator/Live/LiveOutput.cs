using System.Globalization;
using Offloop.Coordinator.Cli;
using Offloop.Coordinator.Clustering;
using Offloop.Coordinator.Fetching;
using Offloop.Coordinator.Output;
using Offloop.Coordinator.Statistics;

namespace Offloop.Coordinator.Live;

/// <summary>Keeps what the live view shows. The event loop hands it ticks and results and is not held up: the view is drawn on another
/// thread. Where stdout is no terminal, ticks or JSON go there as well.</summary>
internal sealed class LiveOutput(RunSetup setup, RunOutput? beside) : RunOutput(verbose: false)
{
    private const int MostLags = 512;
    private const int MostFailures = 5;

    private readonly Lock _lock = new();
    private readonly Queue<double> _lags = new();
    private readonly Queue<string> _failures = new();
    private readonly Queue<(DateTime Time, long Done)> _samples = new();
    private DateTimeOffset? _tick;
    private long _ok;
    private long _failed;
    private int _lastWorker;

    public override void Tick(DateTimeOffset time, TimeSpan lag)
    {
        lock (_lock)
        {
            _tick = time;
            Add(_lags, lag.TotalMilliseconds, MostLags);
        }
        beside?.Tick(time, lag);
    }

    public override void Fetch(long number, FetchResult result, bool isNews)
    {
        lock (_lock)
        {
            if (result.Failure is { } failure)
            {
                _failed++;
                Add(_failures, string.Create(CultureInfo.InvariantCulture, $"{DateTime.Now:HH:mm:ss} {failure.Message}"), MostFailures);
            }
            else
            {
                _ok++;
            }
        }
        (beside as JsonOutput)?.Fetch(number, result, isNews: false);
    }

    public override void Node(NodeNews news) => (beside as JsonOutput)?.Node(news); // the view has a row for each

    public override void Summary(RunSummary summary)
    {
        Console.Error.Write(Text.Of(summary));
        (beside as JsonOutput)?.Summary(summary);
    }

    /// <summary>What there is to show now. One thread asks.</summary>
    public LiveFrame Frame(ExecutorSnapshot? snapshot, string keys)
    {
        lock (_lock)
        {
            _lastWorker = Math.Max(_lastWorker, snapshot?.Workers.Select(static worker => worker.Id).DefaultIfEmpty().Max() ?? 0);
            Add(_samples, (DateTime.UtcNow, _ok + _failed), most: 20);
            (DateTime since, long before) = _samples.Peek();
            double seconds = (DateTime.UtcNow - since).TotalSeconds;
            return new LiveFrame
            {
                Title = $"{Text.Name(setup.Executor)} executor, {(setup.Work == WorkKind.Http ? "fetches" : Text.Name(setup.Work))}"
                    + $", {setup.InFlight} in flight",
                Tick = _tick,
                Lags = [.. _lags],
                Ok = _ok,
                Failed = _failed,
                PerSecond = seconds > 0 ? (_ok + _failed - before) / seconds : 0,
                Snapshot = snapshot,
                // A worker's number is never used again.
                Restarts = setup.Executor == ExecutorKind.Process ? Math.Max(0, _lastWorker - setup.Workers) : 0,
                Failures = [.. _failures],
                Keys = keys,
            };
        }
    }

    private static void Add<T>(Queue<T> queue, T item, int most)
    {
        queue.Enqueue(item);
        if (queue.Count > most)
            queue.Dequeue();
    }
}
