using System.Collections.Concurrent;

namespace Offloop.Tests.Workers;

/// <summary>A worker in Python serves a pool. A program that is not .NET can do everything the protocol has.</summary>
public sealed partial class PythonWorkerTests : SupervisionTests
{
    private static ProcessPoolOptions Python => One with { Command = PythonProgram.Worker() };

    public static TheoryData<string> Executors() => ["inline", "python"];

    [Theory(Timeout = Waiting.Hang)]
    [MemberData(nameof(Executors))]
    public async Task The_same_calls_give_the_same_results(string executor)
    {
        await using Executor either = executor == "inline" ? new InlineExecutor() : new ProcessPoolExecutor(Python);

        Assert.Equal(49, await either.SubmitAsync(EntryPoints.Square, 7));
        Assert.Equal("hello wörld", await either.SubmitAsync(EntryPoints.Greet, "wörld"));
        Assert.Equal(new Place(2, 1, "HERE"), await either.SubmitAsync(EntryPoints.Move, new Place(1, 2, "here")));
        Assert.Equal([3, 2, 1], await either.SubmitAsync(EntryPoints.Reverse, new byte[] { 1, 2, 3 }));
        await either.SubmitAsync(EntryPoints.Remember, 5);
        Assert.Equal(5, await either.SubmitAsync(EntryPoints.Recall));
        Assert.Equal(Enumerable.Range(0, 50), await either.StreamAsync(EntryPoints.CountUp, 50).ToListAsync());
        Assert.Equal([1, 4, 9], await either.MapAsync(EntryPoints.Square, [1, 2, 3]).ToListAsync());
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task Large_payloads_go_both_ways()
    {
        var pool = new ProcessPoolExecutor(Python);
        byte[] bytes = new byte[3_000_000];
        Random.Shared.NextBytes(bytes);
        string text = new('x', 200_000);

        Assert.Equal(bytes.Reverse(), await pool.SubmitAsync(EntryPoints.Reverse, bytes));
        Assert.Equal($"hello {text}", await pool.SubmitAsync(EntryPoints.Greet, text));

        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task An_error_comes_with_its_cause_and_stack()
    {
        var pool = new ProcessPoolExecutor(Python);

        var known = await Assert.ThrowsAsync<ArgumentException>(() => pool.SubmitAsync(EntryPoints.Fail, "this"));
        Assert.Equal("it failed over this", known.Message);
        var remote = Assert.IsType<RemoteTaskException>(known.InnerException);
        Assert.Contains("tasks.py", remote.RemoteStackTrace, StringComparison.Ordinal);
        Assert.Equal("KeyError", Assert.IsType<RemoteTaskException>(remote.InnerException).RemoteType);

        var unknown = await Assert.ThrowsAsync<RemoteTaskException>(() => pool.SubmitAsync(EntryPoints.FailOddly, "nothing"));
        Assert.Equal(("ZeroDivisionError", "nothing"), (unknown.RemoteType, unknown.Message));
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task Progress_arrives_in_its_order_and_the_last_value_always()
    {
        var pool = new ProcessPoolExecutor(Python);
        var values = new ConcurrentQueue<int>();

        var listening = new SubmitOptions { Progress = TaskProgress.Create<int>(values.Enqueue) };
        Assert.Equal(500, await pool.SubmitAsync(EntryPoints.CountWithProgress, 500, listening));
        Assert.Equal(3, await pool.SubmitAsync(EntryPoints.CountWithProgress, 3)); // nobody listens

        Assert.Equal(values.Order(), values);
        Assert.Equal(500, values.Last());
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_stream_waits_for_its_consumer_and_ends_when_that_leaves()
    {
        var pool = new ProcessPoolExecutor(Python);

        byte number = 0;
        await foreach (byte[] block in pool.StreamAsync(EntryPoints.Blocks, 100_000))
        {
            Assert.Equal((100_000, number), (block.Length, block[^1]));
            Assert.Equal(number++, block[0]);
        }
        Assert.Equal(40, number);

        await foreach (int _ in pool.StreamAsync(EntryPoints.CountUp, int.MaxValue))
            break;
        Assert.Equal(9, await pool.SubmitAsync(EntryPoints.Square, 3));
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_task_that_answers_its_cancellation_keeps_its_worker()
    {
        var pool = new ProcessPoolExecutor(Python with { CancellationGrace = TimeSpan.FromSeconds(30) });
        int process = await pool.SubmitAsync(EntryPoints.Sleep, 0);
        string begun = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using var cancellation = new CancellationTokenSource();
        Task waiting = pool.SubmitAsync(EntryPoints.WaitForCancellation, begun, cancellationToken: cancellation.Token);
        await Waiting.UntilAsync(() => File.Exists(begun), "the task has begun");

        await cancellation.CancelAsync();

        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(cancellation.Token, error.CancellationToken);
        Assert.Equal(process, await pool.SubmitAsync(EntryPoints.Sleep, 0));
        File.Delete(begun);
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_task_that_does_not_answer_is_killed_at_its_timeout()
    {
        var pool = new ProcessPoolExecutor(Python with { CancellationGrace = TimeSpan.Zero });

        var options = new SubmitOptions { Timeout = TimeSpan.FromMilliseconds(100) };
        await Assert.ThrowsAsync<TaskTimeoutException>(() => pool.SubmitAsync(EntryPoints.Sleep, Waiting.Hang, options));

        Assert.Equal(9, await pool.SubmitAsync(EntryPoints.Square, 3));
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task Lines_of_its_logger_and_its_standard_output_are_logged()
    {
        using var log = new TestLog();
        var pool = new ProcessPoolExecutor(Python with { LoggerFactory = log });

        await pool.SubmitAsync(EntryPoints.Log, "a line");

        await log.LineAsync("Warning: Task 1: a line");
        await log.LineAsync("standard output: printed a line");
        await EndAsync(pool);
    }

    [Theory(Timeout = Waiting.Hang)]
    [InlineData(7)]
    [InlineData(137)] // like a signal's
    public async Task An_exit_is_told_with_its_code(int code)
    {
        var pool = new ProcessPoolExecutor(Python);

        TaskFailure facts = (await Assert.ThrowsAsync<WorkerLostException>(() => pool.SubmitAsync(EntryPoints.Exit, code))).Failure;

        Assert.Equal((FailureCause.Exit, TaskPhase.Running, code), (facts.Cause, facts.Phase, facts.ExitCode));
        Assert.Equal(9, await pool.SubmitAsync(EntryPoints.Square, 3));
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_crash_costs_its_task_alone()
    {
        var pool = new ProcessPoolExecutor(Python);
        Assert.Equal(9, await pool.SubmitAsync(EntryPoints.Square, 3));

        TaskFailure facts = (await Assert.ThrowsAsync<WorkerLostException>(() => pool.SubmitAsync(EntryPoints.Crash))).Failure;

        Assert.Equal((FailureCause.Crash, TaskPhase.Running, "SIGSEGV"), (facts.Cause, facts.Phase, facts.ProbableSignal));
        Assert.Equal(9, await pool.SubmitAsync(EntryPoints.Square, 3));
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task What_cannot_be_written_is_an_error_and_the_worker_lives()
    {
        var pool = new ProcessPoolExecutor(Python with { MaxMessageBytes = 100_000 });
        int process = await pool.SubmitAsync(EntryPoints.Sleep, 0);

        TaskFailure odd = (await Assert.ThrowsAsync<ExecutorException>(() => pool.SubmitAsync(EntryPoints.Unwritable))).Failure;
        Assert.Equal((FailureCause.Payload, TaskPhase.ResultLost), (odd.Cause, odd.Phase));
        Task<string> greeting = pool.SubmitAsync(EntryPoints.Greet, new string('x', 99_997));
        TaskFailure large = (await Assert.ThrowsAsync<ExecutorException>(() => greeting)).Failure;
        Assert.Equal((FailureCause.Payload, TaskPhase.ResultLost), (large.Cause, large.Phase));

        Assert.Equal(process, await pool.SubmitAsync(EntryPoints.Sleep, 0));
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task Short_tasks_behind_a_long_one_are_run_all_the_same()
    {
        var pool = new ProcessPoolExecutor(Python with { MinWorkers = 2, MaxWorkers = 2 });
        Assert.Equal(
            Enumerable.Range(0, 300).Select(number => number * number),
            await pool.MapAsync(EntryPoints.Square, Enumerable.Range(0, 300)).ToListAsync());

        Task<int> slow = pool.SubmitAsync(EntryPoints.Sleep, 200);
        Task<int>[] quick = [.. Enumerable.Range(0, 100).Select(number => pool.SubmitAsync(EntryPoints.Square, number))];

        Assert.Equal(Enumerable.Range(0, 100).Select(number => number * number), await Task.WhenAll(quick));
        Assert.Contains(await slow, Processes(pool));
        await EndAsync(pool);
    }
}
