using System.Diagnostics.CodeAnalysis;
using BenchmarkDotNet.Attributes;
using Offloop.SampleTasks;

namespace Offloop.Benchmarks.Micro;

/// <summary>A no-op on its way through the scheduler of the in-process executors: submit, queue, worker, outcome.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The cleanup disposes them.")]
[SuppressMessage("Performance", "CA1822", Justification = "BenchmarkDotNet calls methods of an instance.")]
public class DispatchBenchmarks
{
    private const int Many = 1_000;
    private readonly Task[] _tasks = new Task[Many];
    private InlineExecutor _inline = null!;
    private ThreadPoolExecutor _threads = null!;

    [GlobalSetup]
    public void Start()
    {
        _inline = new InlineExecutor();
        _threads = new ThreadPoolExecutor(new ThreadPoolOptions { MaxWorkers = 2 });
    }

    [GlobalCleanup]
    public async Task StopAsync()
    {
        await _inline.DisposeAsync();
        await _threads.DisposeAsync();
    }

    [Benchmark(Baseline = true)]
    public Task<int> TaskRun() => Task.Run(static () => PayloadTasks.Same(1));

    [Benchmark]
    public Task<int> Inline() => _inline.SubmitAsync(PayloadTasks.Same, 1);

    [Benchmark]
    public Task<int> Threads() => _threads.SubmitAsync(PayloadTasks.Same, 1);

    /// <summary>Time and memory are per task.</summary>
    [Benchmark(OperationsPerInvoke = Many)]
    public Task ThreadsInBulk()
    {
        for (int i = 0; i < Many; i++)
            _tasks[i] = _threads.SubmitAsync(PayloadTasks.Same, i);
        return Task.WhenAll(_tasks);
    }
}
