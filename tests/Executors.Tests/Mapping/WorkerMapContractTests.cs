namespace Offloop.Tests.Mapping;

/// <summary>Maps whose items run in other processes, which may die.</summary>
public abstract class WorkerMapContractTests(ExecutorKind kind, IExecutorSource source) : OffloadingMapTests(kind, source)
{
    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "G70")]
    public async Task An_item_that_kills_its_worker_costs_no_other_item()
    {
        await using Executor pool = Create(new ExecutorSetup { Workers = 2 });
        List<TaskOutcome<int>> outcomes = await pool.MapAsync(
            static (int value) =>
            {
                if (value == 30)
                    Environment.FailFast("item 30");
                return value;
            },
            Enumerable.Range(0, 60)).Outcomes.ToListAsync();

        Assert.Equal(60, outcomes.Count);
        Assert.All(outcomes, outcome => Assert.Equal(outcome.Index != 30, outcome.IsSuccess));
        Assert.Equal(TaskPhase.Running, Assert.IsType<WorkerLostException>(outcomes[30].Exception).Failure.Phase);
    }
}
