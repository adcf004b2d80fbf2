using System.Globalization;
using Offloop.Cluster.Messages;
using Offloop.Payloads;
using Offloop.Scheduling;
using Offloop.Telemetry;

namespace Offloop.Cluster.Coordination;

/// <summary>The nodes of an executor: the source of its slots. It admits them, hears of them, and decides which are lost, by a lease: a
/// node counts from when it has asked for a renewal, and this end from when it has heard of that, so the node has always ended what it runs
/// before this end gives it up, and no clocks of two machines are compared. Thread-safe.</summary>
internal sealed partial class NodeRoster : SlotSource
{
    // The scheduler may hold its own lock when it asks for a snapshot, so nothing of it is called under this one.
    private readonly Lock _lock = new();
    private readonly Lock _admitting = new();
    private readonly Dictionary<Guid, NodeEntry> _nodes = [];
    private readonly Scheduler _scheduler;
    private readonly ClusterExecutorOptions _options;
    private readonly JoinAnswer _terms;
    private readonly Func<Task> _closed;
    private readonly ITimer _watch;
    private IReadOnlySet<string> _saidToBeGone = new HashSet<string>();
    private int _lastId;
    private bool _isClosed;

    /// <param name="scheduler">Gets the slots.</param>
    /// <param name="options">The executor's.</param>
    /// <param name="format">How the executor writes payloads.</param>
    /// <param name="closed">Called when the nodes have been let go.</param>
    public NodeRoster(Scheduler scheduler, ClusterExecutorOptions options, PayloadFormat format, Func<Task> closed)
    {
        (_scheduler, _options, _terms, _closed) = (scheduler, options, Terms.Of(options, format), closed);
        _withoutSince = Time.GetTimestamp();
        _watch = Time.CreateTimer(_ => Watch(), null, TimeSpan.Zero, Timeout / 8);
    }

    /// <summary>The nodes' tasks at once; 64 as long as there is none, so that a map may begin.</summary>
    public override int MaxSlots
    {
        get
        {
            const int BeforeAny = 64;
            lock (_lock)
                return _nodes.Count == 0 ? BeforeAny : _nodes.Values.Sum(static node => node.Slot.Concurrency);
        }
    }

    private TimeProvider Time => _options.LeaseTime;

    private TimeSpan Timeout => _options.Network.NodeTimeout;

    /// <summary>After so much silence a node is lost: its own time, and some for the end of its workers.</summary>
    private TimeSpan Verdict => Timeout * 1.1;

    public override SourceSnapshot Snapshot()
    {
        lock (_lock)
            return new SourceSnapshot([.. _nodes.Values.Select(static node => node.Report())]);
    }

    /// <summary>Lets all nodes go. None has a task any more.</summary>
    public override async ValueTask CloseAsync()
    {
        NodeEntry[] nodes;
        lock (_lock)
        {
            _isClosed = true;
            nodes = [.. _nodes.Values];
            foreach (Waiter waiter in _waiting)
                waiter.Reached.TrySetCanceled(CancellationToken.None);
        }
        await _watch.DisposeAsync().ConfigureAwait(false);
        try
        {
            await Task.WhenAll(nodes.Select(static node => node.Orders.SendAsync(new DismissOrder())))
                .WaitAsync(Timeout, Time).ConfigureAwait(false);
        }
        catch (Exception error) when (error is TimeoutException or IOException)
        {
            // Those that do not hear it leave when their lease is over.
        }
        Array.ForEach(nodes, Remove);
        await _closed().ConfigureAwait(false);
    }

    /// <summary>Admits a node. Its earlier session is over, and so is all that it ran there.</summary>
    /// <param name="card">What the node is.</param>
    /// <param name="order">Delivers orders to it, in the session with that name: line, number and orders.</param>
    public JoinAnswer Admit(NodeCard card, Func<Guid, int, long, NodeOrder[], Task<bool>> order)
    {
        if (card.Slots is < 1 or > ClusterNodeOptions.MostSlots)
            return new JoinAnswer { Refusal = $"it has {card.Slots} slots, but a node has 1 to {ClusterNodeOptions.MostSlots}" };
        lock (_admitting) // so that two admissions of one node come one after the other
        {
            foreach (NodeEntry earlier in Entries().Where(node => node.Slot.Card.Address == card.Address))
                Lose(earlier, "it has come back without the tasks that it had");
            return AdmitNew(card, order);
        }
    }

    /// <summary>A node has asked for its lease. False if its session is over. It waits for nobody; what follows from what the node has said
    /// is done by <see cref="Review(Guid)"/>.</summary>
    public bool Renew(Guid session, NodeCondition condition)
    {
        lock (_lock)
        {
            if (!_nodes.TryGetValue(session, out NodeEntry? node))
                return false;
            node.Hear(condition);
            return true;
        }
    }

    /// <summary>Looks at a node that has said something.</summary>
    public void Review(Guid session)
    {
        if (Find(session) is { } node)
            Review(node);
    }

    /// <summary>A node reports on its tasks. False if its session is over.</summary>
    public bool Take(Guid session, int lane, long number, NodeReport[] reports)
    {
        if (Find(session) is not { } node)
            return false;
        try
        {
            node.Slot.Take(lane, number, reports);
        }
        catch (Exception error) // whatever cannot be read, or does not fit into memory, is gone: the node would not send it again
        {
            Lose(node, $"it broke the protocol: {error.Message}");
            return false;
        }
        return true;
    }

    /// <summary>A node leaves, if it has no task.</summary>
    public bool TryLeave(Guid session)
    {
        if (Find(session) is not { } node)
            return true;
        if (!_scheduler.TryRemoveIdle(node.Slot))
            return false;
        Remove(node);
        return true;
    }

    /// <summary>Others say that these processes are gone. The lease of a node decides; until then it gets nothing. It is not admitted again
    /// before it has taken part anew: it would lose its tasks as soon as it hears of that.</summary>
    public void Suspect(IReadOnlySet<string> addresses)
    {
        NodeEntry[] nodes;
        lock (_lock)
        {
            _saidToBeGone = addresses;
            nodes = [.. _nodes.Values.Where(node => addresses.Contains(node.Slot.Card.Address))];
            foreach (NodeEntry node in nodes)
                node.Suspicion = "its process is said to be gone";
        }
        Array.ForEach(nodes, Review);
    }

    /// <summary>This executor has lost its place in the cluster, or has not got one again. The nodes that it had cannot reach it any more.
    /// Each may go on until its lease is over, and is lost only then.</summary>
    /// <param name="reason">Why, as half a sentence.</param>
    public void Leave(string reason)
    {
        NodeEntry[] nodes;
        lock (_lock)
        {
            _exile = reason;
            nodes = [.. _nodes.Values];
            foreach (NodeEntry node in nodes)
                node.Suspicion = "this executor has lost its place in the cluster";
        }
        Array.ForEach(nodes, Review);
        Review();
    }

    /// <summary>This executor has a place in the cluster, where nodes can join it.</summary>
    public void Return()
    {
        lock (_lock)
            _exile = null;
        Review();
    }

    private int OpenSlots => _nodes.Values.Where(static node => node.IsOpen).Sum(static node => node.Slot.Concurrency);

    private ExecutorEvents Events => _scheduler.Options.Events;

    private JoinAnswer AdmitNew(NodeCard card, Func<Guid, int, long, NodeOrder[], Task<bool>> order)
    {
        var id = Guid.NewGuid();
        TimeSpan pause = Timeout / 20;
        NodeEntry? node = null;
        void End() => Lose(node!, "it has ended its session");
        var orders = new TaskLine<NodeOrder>(
            new MessageLine<NodeOrder>((number, batch) => order(id, Arrivals.Messages, number, batch), pause, End),
            new MessageLine<NodeOrder>((number, batch) => order(id, Arrivals.Pieces, number, batch), pause, End),
            static piece => new PieceOrder(piece));
        lock (_lock)
        {
            if (_isClosed)
                return new JoinAnswer { Refusal = "the executor is shutting down" };
            if (_saidToBeGone.Contains(card.Address))
                return new JoinAnswer { Refusal = "its process was declared dead, and has to take part in the cluster anew first" };
            var slot = new NodeSlot(_scheduler, ++_lastId, card, orders, _options.MaxMessageBytes)
            {
                InTrouble = reason => Review(node!, reason),
                GaveUp = () => Lose(node!, "it did not end a task by force"),
            };
            node = new NodeEntry(id, slot, orders, Time);
            _nodes.Add(id, node);
        }
        _scheduler.Add(node.Slot);
        return _terms with { Session = id };
    }

    private NodeEntry? Find(Guid session)
    {
        lock (_lock)
            return _nodes.GetValueOrDefault(session);
    }

    private NodeEntry[] Entries()
    {
        lock (_lock)
            return [.. _nodes.Values];
    }

    /// <summary>Looks at all nodes, and at whether there is any.</summary>
    private void Watch()
    {
        foreach (NodeEntry node in Entries())
        {
            TimeSpan silence;
            lock (_lock)
                silence = node.Silence;
            if (silence > Verdict)
                Lose(node, string.Create(CultureInfo.InvariantCulture, $"nothing was heard of it for {silence.TotalSeconds:0.0} s"));
            else
                Review(node);
        }
        Review();
    }

    private void Lose(NodeEntry node, string reason)
    {
        lock (_lock)
        {
            if (!_nodes.Remove(node.Session))
                return;
            node.IsOpen = false;
        }
        SlotLoss loss = node.Slot.Lose(node.Slot.Facts.ToFailure(FailureCause.NodeLost, TaskPhase.Unknown, attempt: 0));
        Events.Tell(new NodeGone(node.Id, node.Name, loss.Tasks.Count, reason));
        _scheduler.Lost(node.Slot, loss);
        Review();
    }

    private void Remove(NodeEntry node)
    {
        lock (_lock)
        {
            if (!_nodes.Remove(node.Session))
                return;
            node.IsOpen = false;
        }
        SlotLoss none = node.Slot.Lose(node.Slot.Facts.ToFailure(FailureCause.Shutdown, TaskPhase.NotStarted, attempt: 0));
        _scheduler.Lost(node.Slot, none);
        Events.Tell(new NodeGone(node.Id, node.Name, LostTasks: 0, Reason: null));
        Review();
    }
}
