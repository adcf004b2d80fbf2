namespace Offloop.Tests;

/// <content>Calls and their results.</content>
public abstract partial class ExecutorContractTests
{
    private const int HundredMegabytes = 100_000_000;

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "A1")]
    public async Task A_call_returns_its_value() => Assert.Equal(49, await SharedExecutor.SubmitAsync(Basics.Square, 7));

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "A1")]
    public async Task A_lambda_that_captures_nothing_is_run()
    {
        Assert.Equal("a1", await SharedExecutor.SubmitAsync(value => $"a{value}", 1));
        Assert.Equal("b2", await SharedExecutor.SubmitAsync(static value => $"b{value}", 2));
        Assert.Equal(3, await SharedExecutor.SubmitAsync(Local, 2));

        static int Local(int value) => value + 1;
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "A4")]
    public async Task Every_form_with_a_result_returns_it()
    {
        Assert.Equal(42, await SharedExecutor.SubmitAsync(Forms.Result));
        Assert.Equal(42, await SharedExecutor.SubmitAsync(Forms.ResultAsync));
        Assert.Equal(8, await SharedExecutor.SubmitAsync(Forms.ResultOf, 7));
        Assert.Equal(8, await SharedExecutor.SubmitAsync(Forms.ResultOfAsync, 7));
        Assert.Equal(8, await SharedExecutor.SubmitAsync(Forms.ResultOfContext, 7));
        Assert.Equal(8, await SharedExecutor.SubmitAsync(Forms.ResultOfContextAsync, 7));
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "A4")]
    public async Task Every_form_without_a_result_runs_to_its_end()
    {
        await SharedExecutor.SubmitAsync(Forms.Nothing);
        await SharedExecutor.SubmitAsync(Forms.ThrowIf, false);
        await SharedExecutor.SubmitAsync(Forms.ThrowIfAsync, false);
        await SharedExecutor.SubmitAsync(Forms.ThrowIfWithContext, false);
        await SharedExecutor.SubmitAsync(Forms.ThrowIfWithContextAsync, false);

        await Throws("no argument", () => SharedExecutor.SubmitAsync(Forms.Throw));
        await Throws("no argument", () => SharedExecutor.SubmitAsync(Forms.ThrowAsync));
        await Throws("an argument", () => SharedExecutor.SubmitAsync(Forms.ThrowIf, true));
        await Throws("an argument", () => SharedExecutor.SubmitAsync(Forms.ThrowIfAsync, true));
        await Throws("an argument, attempt 1", () => SharedExecutor.SubmitAsync(Forms.ThrowIfWithContext, true));
        await Throws("an argument, attempt 1", () => SharedExecutor.SubmitAsync(Forms.ThrowIfWithContextAsync, true));

        static async Task Throws(string message, Func<Task> submit) =>
            Assert.Equal(message, (await Assert.ThrowsAsync<InvalidOperationException>(submit)).Message);
    }

    [Theory(Timeout = Waiting.Hang)]
    [Trait("Conformance", "A5")]
    [InlineData(0)]
    [InlineData(256)]
    [InlineData((64 << 10) - 1)]
    [InlineData(64 << 10)]
    [InlineData((64 << 10) + 1)]
    [InlineData(1_000_000)]
    public async Task Bytes_come_back_as_they_went(int length)
    {
        byte[] bytes = new byte[length];
        new Random(length).NextBytes(bytes);

        Assert.Equal(bytes, await SharedExecutor.SubmitAsync(Basics.Echo, bytes));
        ReadOnlyMemory<byte> memory = await SharedExecutor.SubmitAsync(PayloadTasks.Same, new ReadOnlyMemory<byte>(bytes));
        Assert.Equal(bytes, memory.ToArray());
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "A5")]
    public async Task Bytes_that_are_null_stay_null() => Assert.Null(await SharedExecutor.SubmitAsync(PayloadTasks.Same, (byte[]?)null));

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "A6")]
    public async Task A_hundred_megabytes_go_each_way()
    {
        Assert.Equal(HundredMegabytes, await SharedExecutor.SubmitAsync(PayloadTasks.Length, new byte[HundredMegabytes]));
        byte[] bytes = await SharedExecutor.SubmitAsync(PayloadTasks.Bytes, HundredMegabytes);
        Assert.Equal(HundredMegabytes, bytes.Length);
        Assert.False(bytes.AsSpan().ContainsAnyExcept((byte)7));
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "A7")]
    public async Task Many_threads_submit_at_the_same_time()
    {
        using var start = new Barrier(4);
        Task<int[]>[] submitters = [.. Enumerable.Range(0, 4).Select(number => Elsewhere(() =>
        {
            start.SignalAndWait();
            return Task.WhenAll(Enumerable.Range(number * 1000, 100).Select(value => SharedExecutor.SubmitAsync(Basics.Square, value)));
        }))];

        int[][] results = await Task.WhenAll(submitters);

        for (int number = 0; number < results.Length; number++)
            Assert.Equal(Enumerable.Range(number * 1000, 100).Select(value => value * value), results[number]);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "A8")]
    public async Task A_continuation_may_submit()
    {
        Task<int> first = SharedExecutor.SubmitAsync(Basics.Square, 3);
        Task<Task<int>> second = first.ContinueWith(
            task => SharedExecutor.SubmitAsync(Basics.Square, task.Result),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);

        Assert.Equal(81, await await second);
        Assert.Equal(36, await SharedExecutor.SubmitAsync(Basics.Square, 6));
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "A9")]
    public async Task A_submit_after_the_shutdown_fails_at_once()
    {
        Executor executor = Create(new ExecutorSetup());
        await executor.ShutdownAsync();

        Task late = Assert.ThrowsAsync<ObjectDisposedException>(() => executor.SubmitAsync(Basics.Square, 1));
        Assert.True(late.IsCompletedSuccessfully);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => executor.SubmitAsync(Forms.Nothing));
        await executor.DisposeAsync();
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "C27")]
    public async Task A_hundred_tasks_that_end_together_all_end()
    {
        for (int round = 0; round < 5; round++)
        {
            Task<int>[] tasks = [.. Enumerable.Range(0, 100).Select(value => SharedExecutor.SubmitAsync(Basics.Square, value))];
            var seen = new List<int>();
            await foreach (Task<int> task in Task.WhenEach(tasks))
                seen.Add(await task);
            Assert.Equal(Enumerable.Range(0, 100).Select(value => value * value), seen.Order());
        }
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_task_knows_its_number_and_writes_to_the_executors_log()
    {
        using var log = new TestLog();
        await using Executor executor = Create(new ExecutorSetup { LoggerFactory = log });

        long[] numbers = [
            await executor.SubmitAsync(static (_, context) => context.TaskId, 0),
            await executor.SubmitAsync(static (_, context) => context.TaskId, 0)];
        await executor.SubmitAsync(Standard.Log, "hello from the task");

        Assert.NotEqual(numbers[0], numbers[1]);
        Assert.StartsWith("Warning", await log.LineAsync("hello from the task"), StringComparison.Ordinal);
    }
}
