using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Offloop.Cluster.Messages;
using Offloop.Cluster.Options;
using Offloop.Cluster.Silos;

namespace Offloop.Cluster.Nodes;

/// <summary>The life of a node: it takes part in the cluster, looks for an executor, works for it, and leaves.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage(
    "Design", "CA1001", Justification = "The source has no timer, and a node may be told to leave after it has left.")]
internal sealed class NodeLife(ClusterNodeOptions options)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    private readonly ILogger _logger = options.LoggerFactory.CreateLogger("Offloop.ClusterNode");
    private readonly NodeSessions _sessions = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isDraining;
    private SessionEnd? _before; // how the work for the last executor has ended

    /// <summary>Completes when an executor has admitted the node for the first time. Is cancelled if none ever does.</summary>
    public Task Joined => _joined.Task;

    /// <summary>Runs until the node has left. Throws <see cref="ClusterException"/> if it could not take part, or was lost.</summary>
    public async Task RunAsync()
    {
        try
        {
            while (!_closing.IsCancellationRequested)
            {
                await using ClusterSilo silo = await StartSiloAsync().ConfigureAwait(false);
                if (!await WorkAsync(silo).ConfigureAwait(false))
                    return;
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // It was told to leave.
        }
        finally
        {
            if (_sessions.Current is { } session)
                await session.DisposeAsync().ConfigureAwait(false);
            _joined.TrySetCanceled();
        }
    }

    /// <summary>Lets the node take no more tasks, and leave when it has none.</summary>
    public void Drain()
    {
        _isDraining = true;
        if (_sessions.Current is { } session)
            session.IsDraining = true;
        else
            Close();
    }

    /// <summary>Lets the node leave at once, with what it runs.</summary>
    public void Close() => _closing.Cancel();

    /// <summary>The node's pool now; null without an executor.</summary>
    public ExecutorSnapshot? Snapshot => _sessions.Current?.Snapshot;

    /// <summary>Starts the silo. The executor may come later than the node, so one that does not answer is tried again.</summary>
    private async Task<ClusterSilo> StartSiloAsync()
    {
        long begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return await ClusterSilo.StartAsync(
                    options.Network, SiloNames.OfNode(options.Name), services => services.AddSingleton(_sessions), options.LoggerFactory,
                    _closing.Token).ConfigureAwait(false);
            }
            catch (ClusterStartException error) when (error.MayPass && !IsOver(begun, options.ExecutorPatience))
            {
                await Task.Delay(s_pause, _closing.Token).ConfigureAwait(false);
            }
        }
    }

    private static bool IsOver(long begun, TimeSpan patience) =>
        patience != Timeout.InfiniteTimeSpan && TimeProvider.System.GetElapsedTime(begun) > patience;

    /// <summary>Works for one executor after the other. True if the node is to take part anew.</summary>
    private async Task<bool> WorkAsync(ClusterSilo silo)
    {
        TimeSpan patience = options.ExecutorPatience;
        while (true)
        {
            SessionEnd end = await WorkOnceAsync(silo, patience).ConfigureAwait(false);
            if (end.Kind == SessionEndKind.Unadmitted)
                end = WithoutExecutor(end.Reason);
            _logger.NodeSessionEnded(options.Name, end.Reason);
            bool isStored = options.Network.Join is null;
            if (_isDraining || end.Kind == SessionEndKind.Left || (end.Kind == SessionEndKind.Dismissed && !isStored))
            {
                await silo.StopAsync(gracefully: true, CancellationToken.None).ConfigureAwait(false);
                return false;
            }
            if (silo.Ended.IsCompleted)
                return true;
            if (!isStored && !HasExecutor(silo))
                throw new ClusterException($"The node has lost its executor: {end.Reason}.");
            if (!isStored)
                patience = options.Network.NodeTimeout; // the list of members was with the executor, and will not name another one
        }
    }

    /// <summary>No executor has admitted the node in time. That is how it should end if the last one had no more work.</summary>
    /// <param name="reason">Why none has.</param>
    private SessionEnd WithoutExecutor(string reason) => _before switch
    {
        null => throw new ClusterException($"No executor has admitted the node: {reason}."),
        { Kind: SessionEndKind.Dismissed } => new SessionEnd(SessionEndKind.Left, $"its executor had no more work, and {reason}"),
        { Reason: var lost } => throw new ClusterException(
            $"The node has lost its executor: {lost}. No executor has admitted it again: {reason}."),
    };

    private static bool HasExecutor(ClusterSilo silo) => ExecutorsOf(silo).Any();

    private static IEnumerable<SiloMember> ExecutorsOf(ClusterSilo silo) => silo.Members.Where(static member =>
        member.Status == SiloStatus.Active && SiloNames.IsExecutor(member.Name));

    private async Task<SessionEnd> WorkOnceAsync(ClusterSilo silo, TimeSpan patience)
    {
        (Admission? admission, SessionEnd? none) = await JoinAsync(silo, patience).ConfigureAwait(false);
        if (admission is not var (executor, answer, asked))
            return none!;
        NodeSession session = NewSession(executor, answer);
        _sessions.Current = session;
        try
        {
            _joined.TrySetResult();
            Task lease = Lease.KeepAsync(
                session, answer.NodeTimeout, asked, condition => executor.RenewAsync(answer.Session, condition), TimeProvider.System);
            _ = EndWithAsync(session, silo.Ended);
            await LeaveWhenDrainedAsync(session, executor).ConfigureAwait(false);
            await lease.ConfigureAwait(false);
            return _before = await session.Ended.ConfigureAwait(false);
        }
        finally
        {
            await session.DisposeAsync().ConfigureAwait(false);
            _sessions.Current = null; // only now is it answered that the session is over
        }
    }

    private NodeSession NewSession(ICoordinatorGrain executor, JoinAnswer answer)
    {
        var pool = options.Pool with { MinWorkers = options.Slots, MaxWorkers = options.Slots, TaskAssemblies = options.TaskAssemblies };
        try
        {
            return new NodeSession(answer, pool, (lane, number, reports) => executor.ReportAsync(answer.Session, lane, number, reports))
            {
                IsDraining = _isDraining,
            };
        }
        catch (InvalidOperationException error)
        {
            throw new ClusterException($"The node cannot start workers: {error.Message}", error);
        }
    }

    /// <summary>Asks the executors of the cluster, one after the other, until one admits the node, or says why none has: the time was over,
    /// or the silo has come to its end before. The others may have declared it dead while it was cut off, which it hears when it is heard
    /// again.</summary>
    private async Task<(Admission? Admission, SessionEnd? None)> JoinAsync(ClusterSilo silo, TimeSpan patience)
    {
        long begun = TimeProvider.System.GetTimestamp();
        var card = new NodeCard
        {
            Name = options.Name,
            Address = silo.Address.ToParsableString(),
            ProcessId = Environment.ProcessId,
            Slots = options.Slots,
            Labels = options.AllLabels,
        };
        while (true)
        {
            string last = "there is no executor in the cluster";
            foreach (SiloMember member in ExecutorsOf(silo))
            {
                try
                {
                    string key = SiloKey.Of(member.Address, card.Address);
                    ICoordinatorGrain executor = await silo.GetGrainAsync<ICoordinatorGrain>(key, _closing.Token).ConfigureAwait(false);
                    long asked = TimeProvider.System.GetTimestamp();
                    JoinAnswer answer = await executor.JoinAsync(card)
                        .WaitAsync(options.Network.NodeTimeout, _closing.Token).ConfigureAwait(false);
                    if (answer.Refusal is null)
                        return (new Admission(executor, answer, asked), null);
                    last = answer.Refusal;
                }
                catch (Exception error) when (!_closing.IsCancellationRequested) // it may be gone again, in whatever way
                {
                    // Of a connection that fails Orleans' messages have pages.
                    last = error is OrleansException or TimeoutException
                        ? $"the executor at {member.Address.Endpoint} cannot be reached"
                        : error.Message.TrimEnd('.');
                }
            }
            if (silo.Ended.IsCompleted)
                return (null, new SessionEnd(SessionEndKind.Lost, await silo.Ended.ConfigureAwait(false)));
            if (IsOver(begun, patience))
                return (null, new SessionEnd(SessionEndKind.Unadmitted, last));
            await Task.Delay(s_pause, _closing.Token).ConfigureAwait(false);
        }
    }

    private static async Task EndWithAsync(NodeSession session, Task<string> silo)
    {
        if (await Task.WhenAny(session.Ended, silo).ConfigureAwait(false) == silo)
            session.End(new SessionEnd(SessionEndKind.Lost, await silo.ConfigureAwait(false)));
    }

    /// <summary>Returns when the session is over, or the node has left because it was drained.</summary>
    private async Task LeaveWhenDrainedAsync(NodeSession session, ICoordinatorGrain executor)
    {
        bool hasTold = false;
        while (!session.Ended.IsCompleted && !_closing.IsCancellationRequested)
        {
            try
            {
                if (session.IsDraining && !hasTold)
                    hasTold = await executor.RenewAsync(session.Id, session.Condition).ConfigureAwait(false);
                if (session is { IsDraining: true, IsIdle: true } && await executor.LeaveAsync(session.Id).ConfigureAwait(false))
                    session.End(new SessionEnd(SessionEndKind.Left, "the node has left"));
            }
            catch (Exception) // the lease decides how long the executor may be out of reach
            {
            }
            await Task.WhenAny(session.Ended, Task.Delay(s_pause)).ConfigureAwait(false);
        }
        if (_closing.IsCancellationRequested)
            session.End(new SessionEnd(SessionEndKind.Left, "the node was told to leave at once"));
    }

    /// <summary>An executor has admitted the node.</summary>
    /// <param name="Executor">That executor.</param>
    /// <param name="Answer">Its terms.</param>
    /// <param name="Asked">When the node had asked.</param>
    private sealed record Admission(ICoordinatorGrain Executor, JoinAnswer Answer, long Asked);
}
