using System.Diagnostics;
using Offloop.SampleTasks;

namespace Offloop.Benchmarks;

/// <summary>The same work through every executor in turn.</summary>
internal sealed class ExecutorBench : IAsyncDisposable
{
    public const int Workers = 2;

    private const int Single = 1_000;
    private const int Bulk = 20_000;
    private static readonly byte[] s_payload = new byte[16 << 20];

    private readonly (string Name, Executor Executor)[] _executors =
    [
        ("thread", new ThreadPoolExecutor(new ThreadPoolOptions { Workers = Workers })),
        ("process", new ProcessPoolExecutor(new ProcessPoolOptions { MinWorkers = Workers, MaxWorkers = Workers })),
        ("inline", new InlineExecutor()),
    ];

    public async Task RunRoundAsync(ResultTable table)
    {
        foreach ((string name, Executor executor) in _executors)
        {
            await executor.SubmitAsync(Basics.Square, 1); // both workers are up, and the code is compiled
            table.Add("one at a time, µs a task", name, await OneAtATimeAsync(executor));
            table.Add("bulk submit, µs a task", name, await BulkAsync(executor));
            table.Add("16 MiB echo, ms", name, await EchoAsync(executor));
        }
        table.Add("one at a time, µs a task", "Task.Run", await TaskRunAsync());
        table.Add("cold worker to first result, ms", "process", await ColdStartAsync());
    }

    public async ValueTask DisposeAsync()
    {
        foreach ((_, Executor executor) in _executors)
            await executor.DisposeAsync();
    }

    private static async Task<double> OneAtATimeAsync(Executor executor)
    {
        var clock = Stopwatch.StartNew();
        for (int i = 0; i < Single; i++)
            await executor.SubmitAsync(Basics.Square, i);
        return clock.Elapsed.TotalMicroseconds / Single;
    }

    private static async Task<double> BulkAsync(Executor executor)
    {
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Bulk).Select(i => executor.SubmitAsync(Basics.Square, i)));
        return clock.Elapsed.TotalMicroseconds / Bulk;
    }

    private static async Task<double> EchoAsync(Executor executor)
    {
        var clock = Stopwatch.StartNew();
        await executor.SubmitAsync(Basics.Echo, s_payload);
        return clock.Elapsed.TotalMilliseconds;
    }

    private static async Task<double> TaskRunAsync()
    {
        var clock = Stopwatch.StartNew();
        for (int i = 0; i < Single; i++)
            await Task.Run(() => Basics.Square(i));
        return clock.Elapsed.TotalMicroseconds / Single;
    }

    private static async Task<double> ColdStartAsync()
    {
        var clock = Stopwatch.StartNew();
        await using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MinWorkers = 1, MaxWorkers = 1 });
        await pool.SubmitAsync(Basics.Square, 1);
        return clock.Elapsed.TotalMilliseconds;
    }
}
