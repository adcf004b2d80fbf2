namespace Offloop.Tests.Nodes;

/// <summary>Nodes that are killed, stopped, drained or late, as processes.</summary>
public sealed class NodeLossTests
{
    [Fact(Timeout = Waiting.Hang)]
    public async Task Work_spreads_evenly_over_the_nodes()
    {
        await using var cluster = new TestCluster();
        using var nodes = new NodeProcesses();
        await cluster.JoinAsync(nodes.First, slots: 3);
        await cluster.JoinAsync(nodes.Second, slots: 3);
        await cluster.Executor.WaitForSlotsAsync(6);
        await using var point = new MeetingPoint();

        Task<int>[] tasks = [.. Enumerable.Range(0, 6).Select(_ => cluster.Executor.SubmitAsync(Rendezvous.Wait, point.For()))];
        Visitor[] visitors = await point.NextAsync(6);

        Assert.Equal([3, 3], cluster.Executor.GetSnapshot().Workers.Select(static node => node.Tasks.Count));
        Assert.Equal(6, visitors.Select(static visitor => visitor.ProcessId).Distinct().Count());
        Array.ForEach(visitors, static visitor => visitor.LetGo());
        await Task.WhenAll(tasks);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task The_tasks_of_a_killed_node_are_lost_or_run_again_elsewhere_and_waiting_ones_are_untouched()
    {
        await using var cluster = new TestCluster(nodeTimeout: 3);
        ChildProgram killed = cluster.StartProcess();
        string name = await cluster.JoinAsync(killed, slots: 2);
        await cluster.Executor.WaitForSlotsAsync(2);
        await using var point = new MeetingPoint();
        Task<int> lost = cluster.Executor.SubmitAsync(Rendezvous.Wait, point.For());
        Task<int> retried = cluster.Executor.SubmitAsync(Rendezvous.Wait, point.For(), new SubmitOptions { CrashRetries = 1 });
        Visitor[] first = await point.NextAsync(2);
        Task<int> waiting = cluster.Executor.SubmitAsync(Rendezvous.Wait, point.For());

        killed.Kill();
        await cluster.JoinAsync(cluster.StartProcess(), slots: 2);

        var error = await Assert.ThrowsAsync<WorkerLostException>(() => lost);
        Assert.Equal(
            (FailureCause.NodeLost, TaskPhase.Unknown, name), (error.Failure.Cause, error.Failure.Phase, error.Failure.Node));
        Array.ForEach(first, static visitor => Assert.False(Waiting.IsAlive(visitor.ProcessId))); // they had ended before the verdict
        Visitor[] second = await point.NextAsync(2);
        Array.ForEach(second, static visitor => visitor.LetGo());
        Assert.Equal(second.Select(static visitor => visitor.ProcessId).Order(), new[] { await retried, await waiting }.Order());
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_node_that_stands_still_beyond_its_lease_has_ended_its_tasks_and_comes_back_without_them()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "Windows has no signal that stops a process.");
        await using var cluster = new TestCluster(nodeTimeout: 3);
        ChildProgram process = cluster.StartProcess();
        await cluster.JoinAsync(process, slots: 1);
        await cluster.Executor.WaitForSlotsAsync(1);
        await using var point = new MeetingPoint();
        Task<int> task = cluster.Executor.SubmitAsync(Rendezvous.Wait, point.For());
        Visitor visitor = await point.NextAsync();

        process.Signal("STOP");
        await Assert.ThrowsAsync<WorkerLostException>(() => task);
        Assert.False(Waiting.IsAlive(visitor.ProcessId)); // although nobody could kill it
        process.Signal("CONT");

        Task<int> next = cluster.Executor.SubmitAsync(Rendezvous.Wait, point.For());
        visitor = await point.NextAsync(); // the node has joined anew
        visitor.LetGo();
        Assert.Equal(visitor.ProcessId, await next);
        ExecutorSnapshot now = cluster.Executor.GetSnapshot();
        Assert.Equal((1, 1), (now.Lost, now.Succeeded));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task Nodes_end_their_tasks_and_leave_when_their_executor_is_killed()
    {
        using var keys = new KeyFolder();
        using var executor = new ChildProgram("--executor", keys.KeyFile);
        string at = await executor.HearAsync("listening ");
        using var node = new ChildProgram("--node");
        node.Say($"join orphan {at} 1 4 {keys.KeyFile} ");
        await node.HearAsync("joined orphan");
        await using var point = new MeetingPoint();
        executor.Submit(point);
        Visitor visitor = await point.NextAsync();

        executor.Kill();

        Assert.Null(await visitor.HearAsync());
        await Waiting.UntilGoneAsync(visitor.ProcessId);
        string why = await node.HearAsync("left orphan ");
        Assert.NotEqual("done", why);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_drained_node_loses_nothing()
    {
        await using var cluster = new TestCluster();
        using var nodes = new NodeProcesses();
        string leaving = await cluster.JoinAsync(nodes.First, slots: 2);
        await cluster.JoinAsync(nodes.Second, slots: 2);
        await cluster.Executor.WaitForSlotsAsync(4);
        List<int> results = [];

        await foreach (int result in cluster.Executor.MapAsync(Basics.Square, Enumerable.Range(0, 2_000)))
        {
            results.Add(result);
            if (results.Count == 500)
                nodes.First.Say($"drain {leaving}");
        }

        Assert.Equal(Enumerable.Range(0, 2_000).Select(static value => value * value), results);
        Assert.Equal("done", await nodes.First.HearAsync($"left {leaving} "));
        Assert.Single(cluster.Executor.GetSnapshot().Workers);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_task_waits_for_its_label_and_holds_up_no_other()
    {
        await using var cluster = new TestCluster();
        using var nodes = new NodeProcesses();
        await cluster.JoinAsync(nodes.First, slots: 1);
        Task<int> special = cluster.Executor.SubmitAsync(Basics.Square, 3, new SubmitOptions { Requires = ["gpu"], Priority = 1 });
        Assert.Equal(16, await cluster.Executor.SubmitAsync(Basics.Square, 4));
        Assert.False(special.IsCompleted);

        await cluster.JoinAsync(nodes.Second, slots: 1, labels: "gpu,big");

        Assert.Equal(9, await special);
        Assert.Equal(25, await cluster.Executor.SubmitAsync(
            Basics.Square, 5, new SubmitOptions { Requires = ["gpu", OperatingSystem.IsLinux() ? "os=linux" : "big"] }));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_crash_costs_one_task_and_tells_where()
    {
        await using var cluster = new TestCluster();
        ChildProgram process = cluster.StartProcess();
        string name = await cluster.JoinAsync(process, slots: 2);
        await using var point = new MeetingPoint();
        Task<int> other = cluster.Executor.SubmitAsync(Rendezvous.Wait, point.For());
        Visitor visitor = await point.NextAsync();

        var error = await Assert.ThrowsAsync<WorkerLostException>(
            () => cluster.Executor.SubmitAsync(static (int code) => Environment.Exit(code), 7));

        Assert.Equal((FailureCause.Exit, 7, name), (error.Failure.Cause, error.Failure.ExitCode, error.Failure.Node));
        Assert.Contains($"of node {name}", error.Message, StringComparison.Ordinal);
        visitor.LetGo();
        Assert.Equal(visitor.ProcessId, await other);
        Assert.Equal(4, await cluster.Executor.SubmitAsync(Basics.Square, 2));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_task_that_does_not_answer_is_killed_on_its_node_at_its_timeout()
    {
        await using var cluster = new TestCluster(change: static options => options with { CancellationGrace = TimeSpan.Zero });
        ChildProgram process = cluster.StartProcess();
        string name = await cluster.JoinAsync(process, slots: 1);
        await using var point = new MeetingPoint();
        Task looping = cluster.Executor.SubmitAsync(
            Rendezvous.Loop, point.For(), new SubmitOptions { Timeout = TimeSpan.FromMilliseconds(300) });
        Visitor visitor = await point.NextAsync();

        var error = await Assert.ThrowsAsync<TaskTimeoutException>(() => looping);

        Assert.Equal((visitor.ProcessId, name), (error.Failure.ProcessId, error.Failure.Node));
        await Waiting.UntilGoneAsync(visitor.ProcessId);
        Assert.Equal(4, await cluster.Executor.SubmitAsync(Basics.Square, 2));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task Large_payloads_go_both_ways_in_pieces_and_too_large_ones_are_refused()
    {
        await using var cluster = new TestCluster(change: static options => options with { MaxMessageBytes = 20 << 20 });
        await cluster.JoinAsync(cluster.StartProcess(), slots: 2);
        byte[] large = new byte[(18 << 20) + 5];
        Random.Shared.NextBytes(large);

        byte[] back = await cluster.Executor.SubmitAsync(static (byte[] bytes) => bytes, large);
        Assert.True(large.AsSpan().SequenceEqual(back));

        var argument = await Assert.ThrowsAsync<ExecutorException>(
            () => cluster.Executor.SubmitAsync(static (byte[] bytes) => bytes.Length, new byte[21 << 20]));
        Assert.Equal((FailureCause.Payload, TaskPhase.NotStarted), (argument.Failure.Cause, argument.Failure.Phase));
        var result = await Assert.ThrowsAsync<ExecutorException>(
            () => cluster.Executor.SubmitAsync(static (int length) => new byte[length], 21 << 20));
        Assert.Equal(FailureCause.Payload, result.Failure.Cause);
        Assert.Equal(4, await cluster.Executor.SubmitAsync(Basics.Square, 2));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task Nodes_whose_workers_cannot_start_get_no_tasks()
    {
        await using var cluster = new TestCluster(change: static options => options with
        {
            Initializer = WorkerInitializer.Create(static () => throw new InvalidOperationException("There is no licence.")),
        });
        await cluster.JoinAsync(cluster.StartProcess(), slots: 1);
        await Waiting.UntilAsync(
            () => cluster.Executor.GetSnapshot() is
            {
                State: ExecutorState.Degraded, StateReason: { } reason, Workers: [{ State: WorkerState.Leaving }],
            } && reason.Contains("There is no licence.", StringComparison.Ordinal),
            "the node says that it cannot work");

        Task<int> task = cluster.Executor.SubmitAsync(Basics.Square, 2);

        Assert.False(task.IsCompleted);
        Assert.Equal((ExecutorState.Degraded, 1), (cluster.Executor.GetSnapshot().State, cluster.Executor.GetSnapshot().Queued));
        await cluster.Executor.ShutdownAsync(ShutdownMode.Kill);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task An_executor_that_cannot_listen_is_broken_and_says_why()
    {
        await using var first = new TestCluster();
        System.Net.IPEndPoint taken = await first.Executor.WaitForListeningAsync();
        await using var second = new TestCluster(
            change: options => options with { Network = options.Network with { ListenOn = taken } });

        var error = await Assert.ThrowsAnyAsync<ClusterException>(() => second.Executor.WaitForListeningAsync());

        Assert.Contains($"{taken.Port}", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<BrokenExecutorException>(() => second.Executor.SubmitAsync(Basics.Square, 2));
        Assert.Equal(ExecutorState.Broken, second.Executor.GetSnapshot().State);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task The_place_of_a_cancelled_task_is_used_when_the_task_has_ended_and_not_before()
    {
        await using var cluster = new TestCluster(change: static options => options with { CancellationGrace = TimeSpan.FromMinutes(5) });
        await cluster.JoinAsync(cluster.StartProcess(), slots: 1);
        await using var point = new MeetingPoint();
        using var cancellation = new CancellationTokenSource();
        Task<int> cancelled = cluster.Executor.SubmitAsync(
            Rendezvous.TellCancellationAndWait, point.For(), cancellationToken: cancellation.Token);
        Visitor visitor = await point.NextAsync();
        Task<int> next = cluster.Executor.SubmitAsync(Rendezvous.Note, point.For("next"));

        await cancellation.CancelAsync();
        Assert.Equal("cancelled", await visitor.HearAsync());
        Assert.Equal((1, 1), (cluster.Executor.GetSnapshot().Queued, cluster.Executor.GetSnapshot().Running));
        Assert.False(point.HasVisitor);

        visitor.LetGo();
        Assert.Equal(visitor.ProcessId, await cancelled);
        await next;
    }

    /// <summary>Orleans gives up a call after 30 seconds. No call waits for a task.</summary>
    [Fact(Timeout = 2 * Waiting.Hang, Explicit = true)]
    public async Task A_task_may_take_longer_than_any_call()
    {
        await using var cluster = new TestCluster();
        await cluster.JoinAsync(cluster.StartProcess(), slots: 1);
        Assert.Equal(7, await cluster.Executor.SubmitAsync(
            static (int value) =>
            {
                Thread.Sleep(TimeSpan.FromSeconds(35));
                return value;
            },
            7));
    }
}
