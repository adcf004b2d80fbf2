using System.Net;
using Offloop.Cluster.Coordination;
using Offloop.Invocation;
using Offloop.Surroundings;

namespace Offloop;

/// <summary>Runs tasks in the worker processes of other processes, on this machine and others: its nodes (<see cref="ClusterNode"/>, or the
/// command <c>coordinator worker</c>). The contract is that of a <see cref="ProcessPoolExecutor"/>; queue, priority, timeout, retry and
/// outcome are decided here alone. Microsoft Orleans carries the messages.
/// <para>The executor listens from its construction on, in the background, and nodes join and leave while it works. Without a node, tasks
/// wait (<see cref="ClusterExecutorOptions.NodePatience"/>). A node that is not heard of for <see cref="ClusterNetwork.NodeTimeout"/> is
/// lost: it has ended its tasks by then, and they fail with <see cref="WorkerLostException"/>, cause <see cref="FailureCause.NodeLost"/>,
/// or run again if their <see cref="SubmitOptions.CrashRetries"/> allow it.</para></summary>
public sealed class ClusterExecutor : Executor
{
    private readonly NodeRoster _roster;
    private readonly CoordinatorSilo _silo;
    private readonly bool _isMade;

    /// <summary>Makes an executor, which begins to listen for nodes.</summary>
    /// <param name="options">Its settings, or null for the defaults.</param>
    /// <exception cref="ArgumentException">The options contradict each other, the <see cref="ExecutorOptions.JsonOptions"/> method threw,
    /// or an initializer cannot run in a worker.</exception>
    public ClusterExecutor(ClusterExecutorOptions? options = null)
        : base(options ??= new ClusterExecutorOptions())
    {
        foreach (WorkerInitializer? initializer in (WorkerInitializer?[])[options.Initializer, options.ThreadInitializer])
        {
            if (initializer is not null)
                RequireRunnable(initializer.Require(Format));
        }
        var silo = new CoordinatorSilo(options.Network, options.ResolvedName, Scheduler, options.LoggerFactory);
        NodeRoster? roster = null;
        CleanContext.Run(() => roster = new NodeRoster(Scheduler, options, Format, silo.CloseAsync));
        Scheduler.Use(_roster = roster!);
        _silo = silo;
        CleanContext.Run(() => silo.Begin(_roster));
        _isMade = true;
    }

    /// <summary>Ends an executor that was never disposed. Only its tasks refer to it; the rest does not.</summary>
    ~ClusterExecutor()
    {
        if (_isMade)
            _ = Task.Run(() => ShutdownAsync(ShutdownMode.Kill));
    }

    /// <summary>Completes when the executor listens, with the address at which nodes join it (<see cref="ClusterNetwork.Join"/>).</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ClusterException">It cannot listen, or take part in its cluster; the executor is
    /// <see cref="ExecutorState.Broken"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, or the executor was shut down before.</exception>
    public Task<IPEndPoint> WaitForListeningAsync(CancellationToken cancellationToken = default) =>
        _silo.Listening.WaitAsync(cancellationToken);

    /// <summary>Completes when the nodes that take tasks can run so many at once.</summary>
    /// <param name="slots">1 or more.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    /// <exception cref="ClusterException">The executor cannot listen, or take part in its cluster.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, or the executor was shut down before.</exception>
    public Task WaitForSlotsAsync(int slots, CancellationToken cancellationToken = default) =>
        _roster.WaitForSlotsAsync(Check.Positive(slots, nameof(slots)), cancellationToken);

    private protected override void RequireRunnable(MethodEntry method) => _ = method.Identity;
}
