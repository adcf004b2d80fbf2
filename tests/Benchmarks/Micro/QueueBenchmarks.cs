using BenchmarkDotNet.Attributes;
using Offloop.Invocation;
using Offloop.Payloads;
using Offloop.SampleTasks;
using Offloop.Scheduling;
using Offloop.Tasks;

namespace Offloop.Benchmarks.Micro;

/// <summary>One task goes in and out of a queue in which others wait.</summary>
public class QueueBenchmarks
{
    private readonly WorkQueue _queue = new();
    private WorkItem _item = null!;

    /// <summary>The number of tasks that wait.</summary>
    [Params(0, 1_000, 100_000)]
    public int Waiting { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        for (int i = 0; i < Waiting; i++)
            _queue.Enqueue(NewItem(i));
        _item = NewItem(Waiting);
    }

    /// <summary>The task that leaves has waited longest, and it comes back as the last.</summary>
    [Benchmark]
    public object EnqueueAndDequeue()
    {
        _queue.Enqueue(_item);
        return _item = _queue.TryDequeue()!;
    }

    [Benchmark]
    public void EnqueueAndRemove()
    {
        _queue.Enqueue(_item);
        _queue.Remove(_item);
    }

    private static SubmittedTask<int, int> NewItem(long id)
    {
        Func<int, int> work = PayloadTasks.Same;
        MethodEntry method = MethodEntries<int, int>.Of(work, CallKind.Plain, PayloadFormat.Default);
        var request = new TaskRequest<int, int>(method, CallForms<int, int>.For(CallKind.Plain).Form, work);
        return new SubmittedTask<int, int>(request, id, 0, new SubmitOptions(), default);
    }
}
