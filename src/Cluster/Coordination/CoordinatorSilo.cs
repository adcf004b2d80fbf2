using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Offloop.Cluster.Silos;
using Offloop.Scheduling;

namespace Offloop.Cluster.Coordination;

/// <summary>The executor's own silo: nodes cannot be watched from outside the cluster, so the executor is a member. If the others declare
/// it dead (it was stopped for too long, say), its nodes are lost, and it takes part anew.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage(
    "Design", "CA1001", Justification = "The source has no timer, and its token may be used until the silo is gone.")]
internal sealed class CoordinatorSilo(ClusterNetwork network, string executor, Scheduler scheduler, ILoggerFactory logs)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource<IPEndPoint> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _closing = new();
    private Task _running = Task.CompletedTask;

    /// <summary>Completes when the silo listens for the first time. Fails with <see cref="ClusterException"/> if it cannot.</summary>
    public Task<IPEndPoint> Listening => _listening.Task;

    /// <summary>Starts in the background.</summary>
    public void Begin(NodeRoster roster) => _running = Task.Run(() => RunAsync(roster));

    /// <summary>Leaves the cluster.</summary>
    public async Task CloseAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
    }

    private async Task RunAsync(NodeRoster roster)
    {
        ClusterNetwork here = network;
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                here = await TakePartAsync(here, roster).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_closing.IsCancellationRequested)
            {
                break;
            }
            catch (Exception error) // Orleans may throw anything
            {
                string reason = error is ClusterException ? error.Message : $"The silo could not be started: {error.Message}";
                ClusterException failure = error as ClusterException ?? new ClusterException(reason, error);
                if (_listening.TrySetException(failure))
                {
                    scheduler.Break(reason, new TaskFailure { Cause = FailureCause.StartFailure });
                    roster.Fail(failure);
                    break;
                }
                roster.Leave(reason);
                await Task.Delay(s_pause).ConfigureAwait(false);
            }
        }
        _listening.TrySetCanceled();
        _ = _listening.Task.Exception; // observed, because the executor's state says the same
    }

    /// <summary>Is a member until the silo comes to its end or the executor is closed. Returns the settings for the next time: nodes know
    /// the port now.</summary>
    private async Task<ClusterNetwork> TakePartAsync(ClusterNetwork here, NodeRoster roster)
    {
        ClusterSilo silo = await ClusterSilo.StartAsync(
            here, SiloNames.OfExecutor(executor), services => services.AddSingleton(roster), logs, _closing.Token).ConfigureAwait(false);
        silo.MembersChanged += Look;
        try
        {
            _listening.TrySetResult(silo.EndPoint);
            Look();
            roster.Return();
            roster.Leave(await silo.Ended.WaitAsync(_closing.Token).ConfigureAwait(false));
        }
        finally
        {
            silo.MembersChanged -= Look;
            await silo.StopAsync(gracefully: _closing.IsCancellationRequested, CancellationToken.None).ConfigureAwait(false);
        }
        return here with { ListenOn = silo.EndPoint };

        void Look() => roster.Suspect(
            silo.Members.Where(static member => member.Status == SiloStatus.Dead)
                .Select(static member => member.Address.ToParsableString()).ToHashSet());
    }
}
