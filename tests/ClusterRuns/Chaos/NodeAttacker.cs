using Offloop.Chaos;
using Offloop.ClusterRuns.Nodes;

namespace Offloop.ClusterRuns.Chaos;

/// <summary>Deals the blows that the seed decides, several at a time, but one at a time to each node. It hits any node, also one that
/// starts or comes back.</summary>
internal sealed class NodeAttacker(
    ClusterChaosOptions options, ClusterExecutor executor, NodeSet nodes, NodePlace place, Hits hits)
{
    /// <summary>A node is hit only while so many take tasks: Orleans admits none while one of its members does not answer, so with all
    /// under blows for ever nobody would work, and nothing would be tried.</summary>
    private const int MinWorking = 2;

    private static readonly (Blow Blow, int Weight)[] s_weights =
    [
        (Blow.WorkerKilled, 30), (Blow.Killed, 12), (Blow.Drained, 12), (Blow.Joined, 6), (Blow.Paused, 10), (Blow.Frozen, 8),
        (Blow.Shaken, 14), (Blow.CutOff, 8),
    ];

    private readonly Random _random = new(options.Seed);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        List<Task> blows = [];
        while (!cancellationToken.IsCancellationRequested)
        {
            // Independent blows are exponentially distributed.
            TimeSpan next = options.BlowEvery * -Math.Log(1 - _random.NextDouble());
            await Task.Delay(next, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Blow blow = NextBlow();
            int choice = _random.Next();
            double part = _random.NextDouble();
            if (!cancellationToken.IsCancellationRequested)
                blows.Add(DealAsync(blow, choice, part));
        }
        await Task.WhenAll(blows);
    }

    private int WorkingNow =>
        executor.GetSnapshot().Workers.Count(static node => node.State is WorkerState.Idle or WorkerState.Busy);

    private Blow NextBlow()
    {
        int draw = _random.Next(s_weights.Sum(static one => one.Weight));
        foreach ((Blow blow, int weight) in s_weights)
        {
            if ((draw -= weight) < 0)
                return blow;
        }
        return default;
    }

    private async Task DealAsync(Blow blow, int choice, double part)
    {
        if (blow is Blow.Shaken or Blow.CutOff && place.Network is null)
            return;
        if (blow == Blow.WorkerKilled)
        {
            KillWorker(choice);
            return;
        }
        if (blow == Blow.Joined)
        {
            if (!nodes.HasRoom)
                return;
            hits.Note(0, blow);
            await nodes.StartAsync();
            return;
        }
        if (WorkingNow < MinWorking || nodes.TryTake(choice) is not { } node)
            return;
        hits.Note(node.Id, blow);
        hits.Tell($"{node.Name}: {blow}");
        await (blow switch
        {
            Blow.Killed => EndAsync(node, PoolProcesses.Kill),
            Blow.Drained => EndAsync(node, PoolProcesses.Terminate),
            Blow.Paused => StopAsync(node, Moment(part)),
            Blow.Frozen => StopAsync(node, Long(part)),
            Blow.Shaken => CutAsync(node, Moment(part)),
            _ => CutAsync(node, Long(part)),
        });
        hits.Tell($"{node.Name}: {blow} is over");
        node.IsHit = false;
    }

    private void KillWorker(int choice)
    {
        if (PoolProcesses.Of(place.Directory) is not { Count: > 0 } workers)
            return;
        int worker = workers[choice % workers.Count];
        hits.Note(worker, Blow.WorkerKilled);
        hits.Tell($"worker {worker}: killed");
        _ = PoolProcesses.Signal(worker, PoolProcesses.Kill);
    }

    private static Task<string> EndAsync(NodeProcess node, int signal)
    {
        node.Signal(signal);
        return node.Ended;
    }

    private static async Task StopAsync(NodeProcess node, TimeSpan time)
    {
        node.Signal(PoolProcesses.Stop);
        await Task.Delay(time);
        node.Signal(PoolProcesses.Continue);
    }

    private static async Task CutAsync(NodeProcess node, TimeSpan time)
    {
        bool isThere = await node.Cable!.CutAsync();
        await Task.Delay(time);
        if (isThere && !await node.Cable.HealAsync() && !node.Ended.IsCompleted)
            throw new InvalidOperationException($"The cable of {node.Name} could be cut and not be mended.");
    }

    /// <summary>Well below the lease: a connection that lost its packets takes as long again until it goes on.</summary>
    private TimeSpan Moment(double part) => options.NodeTimeout * (0.05 + (0.3 * part));

    private TimeSpan Long(double part) => options.NodeTimeout * (1.2 + part);
}
