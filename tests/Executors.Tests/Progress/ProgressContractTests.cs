using System.Collections.Concurrent;

namespace Offloop.Tests.Progress;

/// <summary>The progress that a task reports reaches its caller in order, while the task runs, and never at the cost of the task.</summary>
public abstract class ProgressContractTests(ExecutorKind kind, IExecutorSource? source = null) : ContractTests(kind, source)
{
    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "I103")]
    public async Task A_flood_of_values_arrives_in_order_and_ends_with_the_last()
    {
        List<int> values = [];
        Assert.Equal(20_000, await SharedExecutor.SubmitAsync(Reports.CountTo, 20_000, To<int>(values.Add)));

        int[] delivered = [.. values];
        Assert.Equal(20_000, delivered[^1]);
        Assert.Equal(delivered.Distinct().Order(), delivered);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "I103")]
    public async Task Nothing_is_delivered_after_the_task_is_done()
    {
        await using var point = new MeetingPoint();
        ConcurrentQueue<int> values = [];
        await SharedExecutor.SubmitAsync(Reports.AfterTheEnd, point.For(), To<int>(values.Enqueue));
        Assert.Equal([1], values);

        Visitor thread = await point.NextAsync();
        thread.LetGo();
        Assert.Equal("reported", await thread.HearAsync());
        ConcurrentQueue<int> later = [];
        await SharedExecutor.SubmitAsync(Reports.CountTo, 1, To<int>(later.Enqueue)); // whatever was under way would have come before this

        Assert.Equal([1], values);
        Assert.Equal([1], later);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "I103")]
    public async Task A_slow_receiver_gets_the_latest_value_and_the_task_does_not_wait_for_it()
    {
        await using var point = new MeetingPoint();
        using var release = new ManualResetEventSlim();
        ConcurrentQueue<int> values = [];
        Task<int> task = Elsewhere(() => SharedExecutor.SubmitAsync(Reports.CountToAndWait, (10_000, point.For()), To<int>(value =>
        {
            values.Enqueue(value);
            release.Wait();
        })));

        Visitor visitor = await point.NextAsync(); // it has reported everything, while the receiver holds its first value
        visitor.LetGo();
        Assert.False(task.IsCompleted); // its caller sees the result after the last value
        release.Set();
        await task;

        Assert.Equal(10_000, values.Last());
        Assert.InRange(values.Count, 1, 2);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "I103")]
    public async Task What_a_task_reported_before_it_threw_is_delivered()
    {
        ConcurrentQueue<int> values = [];
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => SharedExecutor.SubmitAsync(Reports.CountAndThrow, 3, To<int>(values.Enqueue)));
        Assert.Equal(3, values.Last());
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "I103")]
    public async Task Progress_comes_while_the_task_runs()
    {
        using var cancellation = new CancellationTokenSource();
        Task task = Elsewhere(
            () => SharedExecutor.SubmitAsync(Reports.UntilCancelled, 7, To<int>(_ => cancellation.Cancel()), cancellation.Token));
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
        Assert.Equal(cancellation.Token, error.CancellationToken);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task The_receiver_is_called_on_a_pool_thread_and_its_exception_is_logged_and_changes_nothing()
    {
        using var log = new TestLog();
        await using Executor executor = Create(new ExecutorSetup { LoggerFactory = log });
        bool? isPool = null;
        int result = await executor.SubmitAsync(Reports.CountTo, 1, To<int>(_ =>
        {
            isPool = Thread.CurrentThread.IsThreadPoolThread;
            throw new InvalidOperationException("the receiver's");
        }));

        Assert.Equal(1, result);
        Assert.True(isPool);
        await log.LineAsync("Warning", "progress of task 1 could not be delivered");
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_value_of_another_type_is_an_error_in_the_task_that_names_both()
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(
            () => SharedExecutor.SubmitAsync(Reports.Once<long>, 5L, To<int>(_ => { })));
        Assert.Contains(
            "reports progress of type System.Int64, but its caller listens for System.Int32",
            error.Message,
            StringComparison.Ordinal);
        Assert.Contains("TaskProgress.Create<System.Int64>", error.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_report_that_nobody_listens_to_does_nothing()
    {
        await SharedExecutor.SubmitAsync(Reports.Once<long>, 5L);
        await SharedExecutor.SubmitAsync(Reports.Unwritable, 5);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "K116")]
    public async Task A_progress_type_that_would_lose_data_is_refused_by_name_and_reason()
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(
            () => SharedExecutor.SubmitAsync(Reports.CountTo, 1, To<GetOnly>(_ => { })));
        Assert.Equal("options", error.ParamName);
        Assert.Contains("progress type Offloop.SampleTasks.GetOnly", error.Message, StringComparison.Ordinal);
        Assert.Contains("'Lost' can be read but not set", error.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "K116")]
    public async Task A_value_that_would_lose_data_or_cannot_be_written_is_an_error_in_the_task()
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(
            () => SharedExecutor.SubmitAsync(Reports.DerivedAsBase, 5, To<Base>(_ => { })));
        Assert.Contains(
            "Offloop.SampleTasks.Derived stands where Offloop.SampleTasks.Base is declared",
            error.Message,
            StringComparison.Ordinal);

        Task unwritable = SharedExecutor.SubmitAsync(Reports.Unwritable, 5, To<Unwritable>(_ => { }));
        if (RoundTrips)
        {
            error = await Assert.ThrowsAsync<ArgumentException>(() => unwritable);
            Assert.Contains("not to be written", error.Message, StringComparison.Ordinal);
        }
        else
        {
            await unwritable;
        }
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_value_that_its_caller_cannot_read_is_no_fault_of_the_task()
    {
        ConcurrentQueue<Unreadable> values = [];
        Assert.Equal(5, await SharedExecutor.SubmitAsync(Reports.Unreadable, 5, To<Unreadable>(values.Enqueue)));
        Assert.Equal(RoundTrips ? 0 : 1, values.Count);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_large_value_arrives_whole()
    {
        ConcurrentQueue<string> values = [];
        await SharedExecutor.SubmitAsync(Reports.Large, 3_000_000, To<string>(values.Enqueue));
        Assert.Equal(new string('x', 3_000_000), values.Last());
    }

    [Theory(Timeout = Waiting.Hang)]
    [InlineData(1_000)]
    [InlineData(200_000)]
    public async Task A_serialised_value_is_what_it_was_when_it_was_reported(int length)
    {
        ConcurrentQueue<byte[]> values = [];
        await SharedExecutor.SubmitAsync(Reports.ChangingBytes, length, To<byte[]>(values.Enqueue));
        Assert.All(values, value => Assert.Equal(-1, value.IndexOfAnyExcept(value[0])));
        Assert.Equal(RoundTrips ? 10 : 99, values.Last()[0]); // a reference shows what the task did afterwards
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task The_receiver_may_be_an_IProgress()
    {
        var receiver = new Collecting();
        await SharedExecutor.SubmitAsync(Reports.CountTo, 5, new SubmitOptions { Progress = TaskProgress.Create(receiver) });
        Assert.Equal(5, receiver.Values.Last());
        Assert.Throws<ArgumentNullException>(() => TaskProgress.Create((IProgress<int>)null!));
        Assert.Throws<ArgumentNullException>(() => TaskProgress.Create((Action<int>)null!));
    }

    protected static SubmitOptions To<T>(Action<T> receiver) => new() { Progress = TaskProgress.Create(receiver) };

    private sealed class Collecting : IProgress<int>
    {
        public ConcurrentQueue<int> Values { get; } = [];

        public void Report(int value) => Values.Enqueue(value);
    }
}
