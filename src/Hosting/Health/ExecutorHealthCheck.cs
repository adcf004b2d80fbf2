using Microsoft.Extensions.Diagnostics.HealthChecks;
using Offloop.Hosting.Life;

namespace Offloop.Hosting.Health;

/// <summary>The health of an executor, from its snapshot.</summary>
/// <param name="name">The name of the executor.</param>
/// <param name="holder">The executor; null if there is none with the name.</param>
internal sealed class ExecutorHealthCheck(string name, ExecutorHolder? holder) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (holder is null)
        {
            return Task.FromResult(new HealthCheckResult(
                context.Registration.FailureStatus,
                $"There is no executor '{name}'; add it with AddProcessPool or AddThreadPool, under the same name."));
        }
        ExecutorSnapshot snapshot = holder.Executor.GetSnapshot();
        (HealthStatus status, string? description) = snapshot switch
        {
            { State: ExecutorState.Broken } => (context.Registration.FailureStatus, snapshot.StateReason),
            { State: ExecutorState.ShuttingDown or ExecutorState.Closed } => (context.Registration.FailureStatus, "It is shut down."),
            { State: ExecutorState.Degraded } => (HealthStatus.Degraded, snapshot.StateReason),
            _ when snapshot.Queued >= holder.QueueCapacity => (HealthStatus.Degraded, $"Its queue is full: {snapshot.Queued} tasks wait."),
            _ => (HealthStatus.Healthy, null),
        };
        var data = new Dictionary<string, object>
        {
            ["state"] = snapshot.State.ToString(),
            ["stateSince"] = snapshot.StateSince,
            ["queued"] = snapshot.Queued,
            ["running"] = snapshot.Running,
            ["succeeded"] = snapshot.Succeeded,
            ["failed"] = snapshot.Failed,
            ["cancelled"] = snapshot.Cancelled,
            ["timedOut"] = snapshot.TimedOut,
            ["lost"] = snapshot.Lost,
            ["workers"] = snapshot.Workers.Count(static worker => worker.State is WorkerState.Idle or WorkerState.Busy),
            ["abandonedThreads"] = snapshot.AbandonedThreads,
        };
        string[] nodes = [.. snapshot.Workers.Select(static worker => worker.Node?.Name).OfType<string>()];
        if (nodes.Length > 0)
            data["nodes"] = nodes;
        return Task.FromResult(new HealthCheckResult(status, description, data: data));
    }
}
