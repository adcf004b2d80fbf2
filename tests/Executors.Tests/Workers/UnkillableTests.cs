using System.Diagnostics;
using Offloop.Telemetry;

namespace Offloop.Tests.Workers;

/// <summary>A process does not end although it was killed, as one that waits in the kernel for a device does not: nobody waits for it
/// without bound. Here the kill does not reach it.</summary>
public sealed class UnkillableTests : SupervisionTests, IAsyncLifetime
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly ObservedClock _clock = new();
    private readonly TestListener _listener = new(hearsTasks: false);
    private readonly MeetingPoint _point = new();
    private int _unkillable;

    private ProcessPoolOptions Unkillable => One with
    {
        StartTimeout = TimeSpan.FromHours(1),
        HeartbeatTimeout = Timeout.InfiniteTimeSpan,
        CancellationGrace = TimeSpan.FromSeconds(2),
        TimeProvider = _clock,
        Listeners = [_listener],
        Killer = KillOthers,
    };

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_unkillable != 0)
        {
            Signal(_unkillable, "KILL");
            await Waiting.UntilGoneAsync(_unkillable);
        }
        await _point.DisposeAsync();
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_task_out_of_time_is_settled_and_its_worker_replaced()
    {
        var pool = new ProcessPoolExecutor(Unkillable);
        Task<int> task = pool.SubmitAsync(Rendezvous.Wait, _point.For(), new SubmitOptions { Timeout = TimeSpan.FromSeconds(5) });
        _unkillable = (await _point.NextAsync()).ProcessId;

        await _clock.PassAsync(TimeSpan.FromSeconds(5));
        await _clock.PassAsync(TimeSpan.FromSeconds(2));
        await PassUntilAsync(task);

        await Assert.ThrowsAsync<TaskTimeoutException>(() => task);
        await AssertReplacedAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_task_without_a_timeout_is_settled_when_its_worker_is_killed_for_something_else()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The task finds its sockets in /proc.");
        var pool = new ProcessPoolExecutor(Unkillable);
        Task task = pool.SubmitAsync(Supervised.CloseSockets, _point.For());
        _unkillable = (await _point.NextAsync()).ProcessId;

        await PassUntilAsync(task);

        var error = await Assert.ThrowsAsync<WorkerLostException>(() => task);
        Assert.Equal(_unkillable, error.Failure.ProcessId);
        await AssertReplacedAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task An_idle_worker_that_does_not_leave_is_given_up_and_a_recycling_ends()
    {
        var pool = new ProcessPoolExecutor(Unkillable);
        await StopIdleAsync(pool);

        Task recycling = pool.RecycleAsync();
        await PassUntilAsync(recycling);

        await recycling;
        await AssertReplacedAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_dispose_does_not_wait_for_an_idle_worker()
    {
        var pool = new ProcessPoolExecutor(Unkillable);
        await StopIdleAsync(pool);

        Task disposed = pool.DisposeAsync().AsTask();
        await PassUntilAsync(disposed);

        await disposed;
        AssertGivenUp();
        Assert.Empty(pool.GetSnapshot().Workers);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_dispose_does_not_wait_for_a_worker_that_starts()
    {
        var pool = new ProcessPoolExecutor(
            Unkillable with { Initializer = WorkerInitializer.Create(Supervised.InitializeWhenLetGo, _point.For()) });
        _unkillable = (await _point.NextAsync()).ProcessId;

        Task disposed = pool.DisposeAsync().AsTask();
        await PassUntilAsync(disposed);

        await disposed;
        AssertGivenUp();
        Assert.Empty(pool.GetSnapshot().Workers);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_worker_that_is_not_ready_in_time_is_given_up_and_replaced()
    {
        var pool = new ProcessPoolExecutor(Unkillable with
        {
            StartTimeout = TimeSpan.FromSeconds(40),
            Initializer = WorkerInitializer.Create(Supervised.InitializeWhenLetGo, _point.For()),
        });
        Task<int> task = pool.SubmitAsync(Basics.Square, 3);
        _unkillable = (await _point.NextAsync()).ProcessId;

        await _clock.PassAsync(TimeSpan.FromSeconds(40));
        await _clock.PassAsync(s_patience);
        var failed = await _listener.EventAsync<WorkerStartFailed>();
        Assert.Contains("cannot be killed", failed.Reason, StringComparison.Ordinal);
        Assert.False(failed.IsDeterministic);
        _clock.Advance(TimeSpan.FromSeconds(2)); // the pause after a failed start

        (await _point.NextAsync()).LetGo();
        Assert.Equal(9, await task);
        await AssertReplacedAsync(pool);
    }

    private void KillOthers(Process process)
    {
        if (process.Id != _unkillable && !process.HasExited)
            process.Kill();
    }

    /// <summary>Stops the one worker, which has nothing to do.</summary>
    private async Task StopIdleAsync(ProcessPoolExecutor pool)
    {
        _unkillable = await pool.SubmitAsync(Basics.ProcessId);
        Signal(_unkillable, "STOP");
    }

    /// <summary>Lets the pool's patience pass, as often as it needs it, until the task is done.</summary>
    private async Task PassUntilAsync(Task task)
    {
        while (!task.IsCompleted)
            await Task.WhenAny(task, _clock.PassAsync(s_patience));
    }

    private async Task AssertReplacedAsync(ProcessPoolExecutor pool)
    {
        int other = await pool.SubmitAsync(Basics.ProcessId);
        Assert.NotEqual(_unkillable, other);
        AssertGivenUp();
        Assert.DoesNotContain(pool.GetSnapshot().Workers, worker => worker.ProcessId == _unkillable);
        await EndAsync(pool);
    }

    private void AssertGivenUp()
    {
        Assert.True(Waiting.IsAlive(_unkillable));
        Assert.Equal(_unkillable, Assert.Single(_listener.Heard.OfType<WorkerGivenUp>()).ProcessId);
    }
}
