using Offloop.Tests.Support;

namespace Offloop.Tests.Loops;

/// <summary>How late a loop is, and what made it so.</summary>
public sealed class LoopMonitorTests
{
    private static readonly TimeSpan s_block = TimeSpan.FromMilliseconds(300);

    private static readonly LoopMonitorOptions s_options = new()
    {
        Name = "watched",
        Period = TimeSpan.FromMilliseconds(10),
        BlockedAfter = TimeSpan.FromMilliseconds(50),
    };

    [Fact(Timeout = Kinds.Patience)]
    public async Task An_inline_task_that_blocks_the_loop_is_named_once_and_while_it_blocks()
    {
        using var measured = new Measured();
        using var loop = new SingleThread();
        await using var executor = new InlineExecutor();
        using var monitor = new LoopMonitor(loop, s_options);
        await loop.RunAsync(static () => Task.CompletedTask);
        var blocks = new List<LoopBlock>();
        var told = new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously);
        monitor.Blocked += (_, happened) =>
        {
            blocks.Add(happened.Block);
            told.TrySetResult(monitor.MaxLag);
            throw new InvalidOperationException("a handler may fail");
        };

        Task blocking = loop.RunAsync(() => executor.SubmitAsync(Kinds.Sleep, 300, new SubmitOptions { Name = "the guilty one" }));

        Assert.True(await told.Task >= s_options.BlockedAfter); // asked while the loop was blocked
        await blocking;
        await loop.RunAsync(static () => Task.CompletedTask);
        Assert.Equal("the guilty one", Assert.Single(blocks).TaskName);
        Assert.Equal("the guilty one", monitor.LongestBlock.TaskName);
        Assert.True(monitor.MaxLag >= s_block - 2 * s_options.Period, $"{monitor.MaxLag}"); // the probe was posted after the block began
        Assert.Contains(Lags(measured), lag => lag == monitor.MaxLag.TotalSeconds);
    }

    [Fact(Timeout = Kinds.Patience)]
    public async Task Other_code_that_blocks_it_has_no_name_and_a_reset_forgets_it()
    {
        using var loop = new SingleThread();
        using var monitor = new LoopMonitor(loop, s_options);
        await loop.RunAsync(static () => Task.CompletedTask);
        await loop.RunAsync(static () =>
        {
            Thread.Sleep(s_block);
            return Task.CompletedTask;
        });
        await loop.RunAsync(static () => Task.CompletedTask);

        Assert.Null(monitor.LongestBlock.TaskName);
        TimeSpan before = monitor.MaxLag;
        monitor.Reset();
        Assert.True(monitor.MaxLag < before);
    }

    [Fact(Timeout = Kinds.Patience)]
    public async Task The_thread_pool_is_measured_too_and_a_dispose_ends_it()
    {
        using var measured = new Measured();
        var monitor = new LoopMonitor(options: s_options);
        while (Lags(measured).Length < 3)
            await Task.Delay(5, TestContext.Current.CancellationToken);
        monitor.Dispose();
        monitor.Dispose();
        await Task.Run(monitor.Join, TestContext.Current.CancellationToken);
        Assert.True(monitor.MaxLag > TimeSpan.Zero);
    }

    [Fact(Timeout = Kinds.Patience)]
    public async Task A_loop_that_has_ended_ends_the_measuring()
    {
        var loop = new SingleThread();
        using var monitor = new LoopMonitor(loop, s_options);
        loop.Dispose(); // it takes no posts any more
        await Task.Run(monitor.Join, TestContext.Current.CancellationToken);
    }

    private static double[] Lags(Measured measured) =>
    [
        .. measured.All("offloop.loop.lag").Where(static one => one.Tags.GetValueOrDefault("offloop.loop.name") is "watched")
            .Select(static one => one.Value),
    ];
}
