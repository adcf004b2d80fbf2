namespace Offloop.Tests;

/// <summary>What every executor promises, over two processes that are nodes.</summary>
[Collection<SharedCluster>]
[MatrixOnly(
    nameof(Every_form_with_a_result_returns_it),
    nameof(Bytes_come_back_as_they_went),
    nameof(An_exception_comes_with_its_type_message_and_stack),
    nameof(A_loop_ticks_on_while_tasks_block),
    nameof(A_running_task_that_answers_its_token_is_cancelled_and_its_worker_lives),
    nameof(A_task_that_overruns_its_timeout_and_the_grace_is_ended_by_force),
    nameof(Drain_runs_every_task_to_its_end),
    nameof(Kill_ends_stuck_tasks_and_cancels_the_rest))]
public sealed class ClusterExecutorTests(SharedCluster shared) : WorkerExecutorContractTests
{
    protected override Executor SharedExecutor => shared.Executor;

    protected override bool RoundTrips => true;

    protected override Executor Create(ExecutorSetup setup) => shared.Create(setup);
}
