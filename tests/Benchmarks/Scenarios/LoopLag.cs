using System.Diagnostics;
using Offloop.Coordinator.Ticking;

namespace Offloop.Benchmarks.Scenarios;

/// <summary>The lag of the ticks of an event loop beside tasks that load the machine, one per processor. The loop is the CLI's; it ticks
/// every 5 ms.</summary>
internal sealed class LoopLag(Executor executor, Func<int, int> load, TimeSpan length)
{
    private const int TaskMilliseconds = 50;
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(5);

    /// <summary>Not counted: meanwhile the code is compiled and the workers start.</summary>
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(1.2);

    private readonly EventLoop _loop = new(TimeProvider.System);
    private readonly List<double> _lags = [];
    private int _done;

    /// <param name="load">The load: spin or garbage.</param>
    /// <param name="executor">The executor: process, process-low (below normal priority) or thread.</param>
    /// <param name="time">The time of one measurement. A round takes four of them and two seconds, for more than 500 ticks.</param>
    public static async Task<Dictionary<string, double>> MeasureAsync(string load, string executor, TimeSpan time)
    {
        await using Executor made = Make(executor);
        return new LoopLag(made, load == "garbage" ? Loads.Allocate : Loads.Spin, 4 * time + TimeSpan.FromSeconds(2)).Run();
    }

    private static Executor Make(string kind)
    {
        int workers = Environment.ProcessorCount;
        var options = new ProcessPoolOptions { MinWorkers = workers, MaxWorkers = workers };
        return kind switch
        {
            "process" => new ProcessPoolExecutor(options),
            "process-low" => new ProcessPoolExecutor(options with { ProcessPriority = ProcessPriorityClass.BelowNormal }),
            "thread" => new ThreadPoolExecutor(new ThreadPoolOptions { MaxWorkers = workers }),
            _ => throw new ArgumentException($"'{kind}' is not an executor."),
        };
    }

    private Dictionary<string, double> Run()
    {
        TimeSpan end = s_warmUp + length;
        TimeSpan paused = GC.GetTotalPauseDuration();
        _loop.Run(() => Task.WhenAll([TickAsync(end), .. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => WorkAsync(end))]));
        _lags.Sort();
        return new()
        {
            ["ticks"] = _lags.Count,
            ["lagP50"] = _lags[_lags.Count / 2],
            ["lagP99"] = _lags[(int)Math.Ceiling(_lags.Count * 0.99) - 1],
            ["lagMax"] = _lags[^1],
            ["perSecond"] = _done / length.TotalSeconds,
            ["gcPausesMs"] = (GC.GetTotalPauseDuration() - paused).TotalMilliseconds,
        };
    }

    private async Task TickAsync(TimeSpan end)
    {
        for (TimeSpan due = TimeSpan.Zero; due < end; due += s_interval * Math.Max(1, Math.Ceiling((_loop.Now - due) / s_interval)))
        {
            await _loop.DelayUntil(due, CancellationToken.None);
            if (due > s_warmUp)
                _lags.Add((_loop.Now - due).TotalMilliseconds);
        }
    }

    private async Task WorkAsync(TimeSpan end)
    {
        while (_loop.Now < end)
        {
            await executor.SubmitAsync(load, TaskMilliseconds);
            if (_loop.Now > s_warmUp)
                _done++;
        }
    }
}
