using Offloop.SampleTasks;

namespace Offloop.Benchmarks.Pools;

/// <summary>An executor of this project, with default options except for the number of workers.</summary>
internal sealed class ExecutorPool(Executor executor) : PoolRound
{
    public static ExecutorPool Processes() =>
        new(new ProcessPoolExecutor(new ProcessPoolOptions { MinWorkers = Workers, MaxWorkers = Workers }));

    public static ExecutorPool Threads() => new(new ThreadPoolExecutor(new ThreadPoolOptions { MaxWorkers = Workers }));

    public override ValueTask DisposeAsync() => executor.DisposeAsync();

    protected override Task NoOpAsync(int value) => executor.SubmitAsync(PayloadTasks.Same, value);

    protected override Task? BulkAsync(int count)
    {
        var tasks = new Task[count];
        for (int i = 0; i < count; i++)
            tasks[i] = executor.SubmitAsync(PayloadTasks.Same, i);
        return Task.WhenAll(tasks);
    }

    protected override async Task MapAsync(int count)
    {
        await foreach (int _ in executor.MapAsync(PayloadTasks.Same, Enumerable.Range(0, count)))
        {
        }
    }

    protected override Task EchoAsync(byte[] payload) => executor.SubmitAsync(Basics.Echo, payload);
}
