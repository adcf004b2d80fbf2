using System.Diagnostics;

namespace Offloop.Benchmarks.Pools;

/// <summary>The measurements of the table, on one pool with two workers. A pool returns null for an operation that it does not offer, and
/// the cell stays empty.</summary>
internal abstract class PoolRound : IAsyncDisposable
{
    public const int Workers = 2;

    private const int Bulk = 10_000;
    private const int Items = 100_000;
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(2);

    public abstract ValueTask DisposeAsync();

    /// <summary>A no-op that takes and returns a number, submitted and awaited.</summary>
    protected abstract Task NoOpAsync(int value);

    protected virtual Task? BulkAsync(int count) => null;

    protected virtual Task? MapAsync(int count) => null;

    protected virtual Task? EchoAsync(byte[] payload) => null;

    public static async Task<Dictionary<string, double>> MeasureAsync(Func<PoolRound> start, TimeSpan time, TimeSpan budget)
    {
        var values = new Dictionary<string, double>();
        var clock = Stopwatch.StartNew();
        await using PoolRound pool = start();
        await pool.NoOpAsync(1);
        values["first"] = clock.Elapsed.TotalMilliseconds;

        // Runs until the compiler has found the hot code and compiled it again. That takes as long however short the measurements are.
        await RateAsync(s_warmUp, 1, () => pool.NoOpAsync(1));
        await RateAsync(s_warmUp, Bulk, () => pool.BulkAsync(Bulk));
        values["one"] = 1e6 / (await RateAsync(time, 1, () => pool.NoOpAsync(1)))!.Value;
        Set("bulk", await RateAsync(time, Bulk, () => pool.BulkAsync(Bulk)));
        Set("map", await RateAsync(time, Items, () => pool.MapAsync(Items)));
        Set("echo1", await pool.EchoTimeAsync(1 << 20, time / 2));
        Set("echo16", await pool.EchoTimeAsync(16 << 20, time));
        if (values.TryGetValue("echo16", out double small) && small * 100 / 16 < budget.TotalMilliseconds)
            Set("echo100", await pool.EchoTimeAsync(100_000_000, time));
        return values;

        void Set(string what, double? value)
        {
            if (value is { } known)
                values[what] = known;
        }
    }

    private Task<double?> EchoTimeAsync(int length, TimeSpan time)
    {
        byte[] payload = new byte[length];
        return MedianAsync(time, () => EchoAsync(payload));
    }

    /// <summary>The rate per second of an action that does <paramref name="count"/> of something. It comes from the median of as many calls
    /// as fit in the time, after one call to warm up.</summary>
    private static async Task<double?> RateAsync(TimeSpan time, int count, Func<Task?> action)
    {
        if (action() is not { } first)
            return null;
        await first;
        return count * 1000 / await MedianAsync(time, action);
    }

    /// <summary>The median in milliseconds, which ignores occasional other work on the machine. Null if there is no such action.</summary>
    private static async Task<double?> MedianAsync(TimeSpan time, Func<Task?> action)
    {
        List<double> times = [];
        var all = Stopwatch.StartNew();
        do
        {
            long start = Stopwatch.GetTimestamp();
            if (action() is not { } running)
                return null;
            await running;
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        while (all.Elapsed < time);
        times.Sort();
        return times[times.Count / 2];
    }
}
