using Offloop.Scheduling;

namespace Offloop.Benchmarks.Scale;

/// <summary>A task that is nothing. It knows how often it has ended.</summary>
internal sealed class FakeTask(long id, SubmitOptions options, FakeCluster cluster) : WorkItem(id, options, CancellationToken.None)
{
    public override string Name => "simulated";

    public override void Complete(Outcome outcome)
    {
        if (HasEnded)
            throw new InvalidOperationException($"Task {Id} has ended twice.");
        HasEnded = true;
        cluster.HasEnded(outcome);
    }

    public bool HasEnded { get; private set; }
}
