using System.Globalization;
using Offloop.Cluster.Messages;
using Offloop.Payloads;
using Offloop.Scheduling;
using Offloop.Telemetry;

namespace Offloop.Cluster.Coordination;

/// <summary>The nodes of an executor: the source of its slots. It admits them, hears of them, and decides which are lost, by a lease: a
/// node counts from when it has asked for a renewal, and this end from when it has heard of that, so the node has always ended what it runs
/// before this end gives it up, and no clocks of two machines are compared. Thread-safe.</summary>
internal sealed class NodeRoster : SlotSource
{
    // The scheduler may hold its own lock when it asks for a snapshot, so nothing of it is called under this one.
    private readonly Lock _lock = new();
    private readonly Lock _reviewing = new();
    private readonly Dictionary<Guid, NodeEntry> _nodes = [];
    private readonly Scheduler _scheduler;
    private readonly ClusterExecutorOptions _options;
    private readonly JoinAnswer _terms;
    private readonly Func<Task> _closed;
    private readonly ITimer _watch;
    private readonly List<(int Slots, TaskCompletionSource Reached)> _waiting = [];
    private IReadOnlySet<string> _saidToBeGone = new HashSet<string>();
    private int _lastId;
    private bool _isClosed;
    private bool _isRefusing;
    private string? _lack = "";
    private long _withoutSince;

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

    /// <summary>Completes when the nodes that take tasks have so many slots.</summary>
    public Task WaitForSlotsAsync(int slots)
    {
        lock (_lock)
        {
            if (OpenSlots >= slots)
                return Task.CompletedTask;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((slots, reached));
            return reached.Task;
        }
    }

    /// <summary>Admits a node. Its earlier session is over, and so is all that it ran there.</summary>
    /// <param name="card">What the node is.</param>
    /// <param name="order">Delivers orders to it, in the session with that name: line, number and orders.</param>
    public JoinAnswer Admit(NodeCard card, Func<Guid, int, long, NodeOrder[], Task<bool>> order)
    {
        if (card.Slots is < 1 or > ClusterNodeOptions.MostSlots)
            return new JoinAnswer { Refusal = $"it has {card.Slots} slots, but a node has 1 to {ClusterNodeOptions.MostSlots}" };
        lock (_reviewing) // so that two admissions of one node come one after the other
        {
            foreach (NodeEntry earlier in Entries().Where(node => node.Slot.Card.Address == card.Address))
                Lose(earlier, "it has come back without the tasks that it had");
            return AdmitNew(card, order);
        }
    }

    /// <summary>A node has asked for its lease. False if its session is over.</summary>
    public bool Renew(Guid session, NodeCondition condition)
    {
        NodeEntry? node;
        bool isFirst;
        lock (_lock)
        {
            if (!_nodes.TryGetValue(session, out node))
                return false;
            isFirst = node.Hear(condition);
        }
        if (isFirst)
            Events.Tell(new NodeJoined(node.Id, node.Describe()));
        Review(node);
        return true;
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
        lock (_lock)
            _saidToBeGone = addresses;
        foreach (NodeEntry node in Entries().Where(node => addresses.Contains(node.Slot.Card.Address)))
        {
            lock (_lock)
                node.IsSuspected = true;
            Review(node);
        }
    }

    /// <summary>The process of this executor has lost its place in the cluster: all nodes are lost to it.</summary>
    public void LoseAll(string reason) => Array.ForEach(Entries(), node => Lose(node, reason));

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
        ReviewAll();
    }

    /// <summary>Opens the slot of a node that takes tasks, and closes that of one that does not.</summary>
    /// <param name="node">The node.</param>
    /// <param name="found">Why it can run no tasks now, if that was found out otherwise than by its word.</param>
    private void Review(NodeEntry node, string? found = null)
    {
        string? trouble;
        bool wasOpen, isOpen, isBack;
        lock (_reviewing)
        {
            lock (_lock)
            {
                if (found is not null)
                    node.Condition = node.Condition with { Trouble = found };
                trouble = node.TroubleAfter(Timeout / 2);
                (wasOpen, isOpen) = (node.IsOpen, node.HasBegun && trouble is null && _nodes.ContainsKey(node.Session));
                node.IsOpen = isOpen;
                isBack = isOpen && node.IsMissed;
                node.IsMissed = wasOpen ? !isOpen : node.IsMissed && !isOpen;
            }
            if (isOpen != wasOpen && isOpen)
                _scheduler.Open(node.Slot);
            else if (isOpen != wasOpen)
                _scheduler.Close(node.Slot);
        }
        if (isOpen == wasOpen)
            return;
        if (!isOpen)
            Events.Tell(new NodeSilent(node.Id, node.Name, trouble ?? "it is gone"));
        else if (isBack)
            Events.Tell(new NodeHeard(node.Id, node.Name));
        ReviewAll();
    }

    /// <summary>Says how the executor stands: it is degraded without a node, and fails its tasks if that lasts too long.</summary>
    private void ReviewAll()
    {
        lock (_reviewing)
            ReviewAllNow();
    }

    private void ReviewAllNow()
    {
        bool refuses;
        string? lack;
        lock (_lock)
        {
            if (_isClosed)
                return;
            foreach ((_, TaskCompletionSource reached) in _waiting.Where(wait => OpenSlots >= wait.Slots))
                reached.TrySetResult();
            _waiting.RemoveAll(static wait => wait.Reached.Task.IsCompleted);
            lack = Lack_NeedsLock();
            TimeSpan patience = _options.NodePatience;
            refuses = lack is not null && patience != System.Threading.Timeout.InfiniteTimeSpan
                && Time.GetElapsedTime(_withoutSince) > patience;
            if (lack is null)
                _withoutSince = Time.GetTimestamp();
            if (lack == _lack && refuses == _isRefusing)
                return;
            (_lack, _isRefusing) = (lack, refuses);
        }
        if (lack is null)
            _scheduler.Recover();
        else
            _scheduler.Degrade(lack, new TaskFailure { Cause = FailureCause.StartFailure }, refuses);
    }

    /// <summary>Why no node takes tasks, as a sentence; null if one does.</summary>
    private string? Lack_NeedsLock()
    {
        if (_nodes.Values.Any(static node => node.IsOpen))
            return null;
        (string Name, string Trouble)[] troubles =
        [
            .. _nodes.Values.Select(node => (node.Name, Trouble: node.TroubleAfter(Timeout / 2)!))
                .Where(static node => node.Trouble is not null),
        ];
        return troubles is [var first, ..]
            ? $"no node of the cluster takes tasks; {first.Name} does not, because {first.Trouble}."
            : "no node has joined the cluster; start one that joins this executor.";
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
        ReviewAll();
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
        ReviewAll();
    }
}
