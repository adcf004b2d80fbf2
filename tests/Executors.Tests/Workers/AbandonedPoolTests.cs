using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Offloop.Tests.Workers;

public sealed class AbandonedPoolTests : SupervisionTests
{
    [Theory(Timeout = Waiting.Hang)]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Conformance", "I108")]
    public async Task A_forgotten_pool_leaves_no_process(bool watched)
    {
        // Timers and loops of every kind are alive, and none of them keeps the pool.
        ProcessPoolOptions options = Two with { SpareWorkers = 1 };
        if (watched)
            options = options with
            {
                IdleTimeout = TimeSpan.FromHours(1),
                HeartbeatTimeout = TimeSpan.FromSeconds(5),
                MaxWorkerMemory = 1 << 30,
                TaskTimeout = TimeSpan.FromHours(1)
            };
        (WeakReference pool, int[] processes) = await ForgetIdleAsync(options);

        await UntilCollectedAsync(pool);

        foreach (int process in processes)
            await Waiting.UntilGoneAsync(process);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "I108")]
    public async Task A_forgotten_pool_finishes_its_tasks_first()
    {
        await using var point = new MeetingPoint();
        (WeakReference pool, Task<int> running, Task<int> queued) = ForgetBusy(point);
        Visitor visitor = await point.NextAsync();

        for (int i = 0; i < 3; i++)
            Collect();
        Assert.True(pool.IsAlive);
        visitor.LetGo();

        Assert.Equal(visitor.ProcessId, await running);
        Assert.Equal(49, await queued);
        await UntilCollectedAsync(pool);
        await Waiting.UntilGoneAsync(visitor.ProcessId);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "I108")]
    public async Task A_pool_that_was_never_made_is_never_ended()
    {
        Assert.Throws<ArgumentException>(static () => new ProcessPoolExecutor(One with { MinWorkers = 2, MaxWorkers = 1 }));

        Collect(); // a finalizer that throws would end this process
        await Task.CompletedTask;
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "I108")]
    public async Task A_program_that_ends_without_disposing_its_pool_ends_and_leaves_no_process()
    {
        await using var point = new MeetingPoint();
        string program = Path.Combine(AppContext.BaseDirectory, "PoolOwner.dll");
        string port = point.For().Port.ToString(CultureInfo.InvariantCulture);
        using Process owner = Process.Start(new ProcessStartInfo("dotnet", [program, "exiting", port]) { RedirectStandardOutput = true })!;

        int[] workers = [await ReadNumberAsync(owner.StandardOutput), await ReadNumberAsync(owner.StandardOutput)];
        await owner.WaitForExitAsync();

        Assert.Equal(0, owner.ExitCode);
        foreach (int worker in workers)
            await Waiting.UntilGoneAsync(worker);
    }

    private static async Task<int> ReadNumberAsync(StreamReader lines) =>
        int.Parse(await lines.ReadLineAsync() ?? throw new IOException("The program ended."), CultureInfo.InvariantCulture);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<(WeakReference, int[])> ForgetIdleAsync(ProcessPoolOptions options)
    {
        var pool = new ProcessPoolExecutor(options);
        await UntilAsync(
            pool,
            snapshot => snapshot.Workers.Count(worker => worker.State is WorkerState.Idle or WorkerState.Spare) == 3,
            "all are up");
        await pool.SubmitAsync(Basics.Square, 1);
        return (new WeakReference(pool), Processes(pool));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (WeakReference, Task<int>, Task<int>) ForgetBusy(MeetingPoint point)
    {
        var pool = new ProcessPoolExecutor(One);
        return (new WeakReference(pool), pool.SubmitAsync(Rendezvous.Wait, point.For()), pool.SubmitAsync(Basics.Square, 7));
    }

    private static Task UntilCollectedAsync(WeakReference pool) => Waiting.UntilAsync(
        () =>
        {
            Collect();
            return !pool.IsAlive;
        },
        "the pool is collected");

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }
}
