using Offloop.Telemetry;

namespace Offloop.Tests.Workers;

/// <summary>A process that waits for a device does not end, whatever it is sent. Here the pool's kill does nothing.</summary>
public sealed class UnkillableTests : SupervisionTests, IAsyncLifetime
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_heartbeat = TimeSpan.FromSeconds(33);

    private readonly ObservedClock _clock = new();
    private readonly TestListener _listener = new(hearsTasks: false);
    private readonly MeetingPoint _point = new();
    private volatile int _spared;

    /// <summary>The process that cannot be killed is the first one.</summary>
    private ProcessPoolOptions Options => One with
    {
        TimeProvider = _clock,
        Listeners = [_listener],
        HeartbeatTimeout = Timeout.InfiniteTimeSpan,
        KillTree = (process, hold) =>
        {
            Interlocked.CompareExchange(ref _spared, process.Id, 0);
            if (process.Id != _spared)
                Offloop.Workers.ProcessControl.KillTree(process, hold);
        },
    };

    public ValueTask InitializeAsync()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "It stops processes with a signal.");
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (_spared != 0)
        {
            Signal(_spared, "KILL");
            await Waiting.UntilGoneAsync(_spared);
        }
        await _point.DisposeAsync();
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task One_that_does_not_answer_and_does_not_end_costs_its_task_alone()
    {
        var pool = new ProcessPoolExecutor(Options with { HeartbeatTimeout = s_heartbeat });
        Task<int> task = pool.SubmitAsync(Rendezvous.Wait, _point.For());
        Visitor visitor = await _point.NextAsync();
        Signal(visitor.ProcessId, "STOP");
        Task killed = _listener.EventAsync<WorkerKilled>();
        while (!killed.IsCompleted)
            await Task.WhenAny(killed, _clock.PassAsync(s_heartbeat / 3));
        Assert.False(task.IsCompleted);

        await _clock.PassAsync(s_patience);

        var error = await Assert.ThrowsAsync<WorkerLostException>(() => task);
        Assert.Equal((FailureCause.Unresponsive, TaskPhase.Running), (error.Failure.Cause, error.Failure.Phase));
        Assert.Equal(4, await pool.SubmitAsync(Basics.Square, 2));
        Assert.Equal([new WorkerGivenUp(1, visitor.ProcessId)], _listener.Heard.OfType<WorkerGivenUp>());
        Assert.DoesNotContain(visitor.ProcessId, Processes(pool));
        await EndAsync(pool);
        Assert.True(Waiting.IsAlive(visitor.ProcessId));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task One_that_does_not_leave_and_does_not_end_holds_up_the_shutdown_no_longer_than_the_patience()
    {
        var pool = new ProcessPoolExecutor(Options);
        int process = await pool.SubmitAsync(Basics.ProcessId);
        Signal(process, "STOP");

        Task disposed = pool.DisposeAsync().AsTask();
        await _listener.EventAsync<WorkerKilled>();
        Assert.False(disposed.IsCompleted);
        await _clock.PassAsync(s_patience);

        await disposed;
        Assert.Equal([new WorkerGivenUp(1, process)], _listener.Heard.OfType<WorkerGivenUp>());
        Assert.True(Waiting.IsAlive(process));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task One_that_does_not_start_and_does_not_end_is_told_and_another_one_starts()
    {
        var pool = new ProcessPoolExecutor(
            Options with { Initializer = WorkerInitializer.Create(Supervised.InitializeWhenLetGo, _point.For()) });
        Visitor stuck = await _point.NextAsync();
        await _clock.PassAsync(Waiting.ForStart);

        await _clock.PassAsync(s_patience);

        WorkerStartFailed failed = await _listener.EventAsync<WorkerStartFailed>();
        Assert.Contains("has not ended although it was killed", failed.Reason, StringComparison.Ordinal);
        Assert.Equal([new WorkerGivenUp(1, stuck.ProcessId)], _listener.Heard.OfType<WorkerGivenUp>());
        await ReleaseNextAsync();
        Assert.Equal(4, await pool.SubmitAsync(Basics.Square, 2));
        await EndAsync(pool);
    }

    /// <summary>Lets the pause after a failed start pass, and lets the next worker start.</summary>
    private async Task ReleaseNextAsync()
    {
        Task<Visitor> next = _point.NextAsync();
        while (!next.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.WhenAny(next, Task.Delay(10));
        }
        (await next).LetGo();
    }
}
