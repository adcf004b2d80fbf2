using Offloop.Cluster.Messages;
using Offloop.Invocation;
using Offloop.Payloads;
using Offloop.Scheduling;
using Offloop.Telemetry;

namespace Offloop.Cluster.Coordination;

/// <summary>The nodes of an executor: the source of its slots. It admits them, hears of them, and decides which are lost, by a lease: a node
/// counts from when it has asked for a renewal, and this end from when it has heard of that, so the node has always ended what it runs
/// before this end gives it up, and no clocks of two machines are compared. Thread-safe.</summary>
internal sealed class NodeRoster : SlotSource
{
    private readonly Lock _lock = new(); // the scheduler may hold its own when it asks for a snapshot, so nothing of it is called under this
    private readonly Lock _reviewing = new();
    private readonly Dictionary<Guid, NodeEntry> _nodes = [];
    private readonly Scheduler _scheduler;
    private readonly ClusterExecutorOptions _options;
    private readonly JoinAnswer _terms;
    private readonly Func<Task> _closed;
    private readonly ITimer _watch;
    private readonly List<(int Slots, TaskCompletionSource Reached)> _waiting = [];
    private int _lastId;
    private bool _isClosed;
    private bool _isRefusing;
    private bool? _wasWhole;
    private long _withoutSince;

    /// <param name="scheduler">Gets the slots.</param>
    /// <param name="options">The executor's.</param>
    /// <param name="format">How the executor writes payloads.</param>
    /// <param name="closed">Called when the nodes have been let go.</param>
    public NodeRoster(Scheduler scheduler, ClusterExecutorOptions options, PayloadFormat format, Func<Task> closed)
    {
        (_scheduler, _options, _terms, _closed) = (scheduler, options, TermsOf(options, format), closed);
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

    private TimeProvider Time => _options.TimeProvider;

    private TimeSpan Timeout => _options.Network.NodeTimeout;

    /// <summary>After so much silence a node gets no more tasks.</summary>
    private TimeSpan Patience => Timeout / 2;

    /// <summary>After so much silence a node is lost: its own time, and some for the end of its workers.</summary>
    private TimeSpan Verdict => Timeout * 1.1;

    public override SourceSnapshot Snapshot()
    {
        lock (_lock)
            return new SourceSnapshot([.. _nodes.Values.Select(Report)]);
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
        foreach (NodeEntry node in nodes)
            Remove(node);
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
        if (card.Slots is < 1 or > NodeCard.MostSlots)
            return new JoinAnswer { Refusal = $"It has {card.Slots} slots, but a node has 1 to {NodeCard.MostSlots}." };
        foreach (NodeEntry earlier in Entries().Where(node => node.Slot.Card.Address == card.Address))
            Lose(earlier, "it has come back without the tasks that it had");
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
                return new JoinAnswer { Refusal = "The executor is shutting down." };
            var slot = new NodeSlot(_scheduler, ++_lastId, card, orders, _options.MaxMessageBytes)
            {
                InTrouble = reason => Review(node!, reason),
            };
            node = new NodeEntry(id, slot, orders, Time.GetTimestamp());
            _nodes.Add(id, node);
        }
        _scheduler.Add(node.Slot);
        return _terms with { Session = id };
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
            node.HeardAt = Time.GetTimestamp();
            (isFirst, node.HasBegun, node.Condition) = (!node.HasBegun, true, condition);
        }
        if (isFirst)
            Events.Tell(new NodeJoined(node.Slot.Facts.WorkerId!.Value, Describe(node)));
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
        catch (InvalidDataException error)
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

    /// <summary>Others say that the process of a node is gone. Its lease decides; until then it gets nothing.</summary>
    public void Suspect(string address)
    {
        foreach (NodeEntry node in Entries().Where(node => node.Slot.Card.Address == address))
        {
            lock (_lock)
                node.IsSuspected = true;
            Review(node);
        }
    }

    /// <summary>The process of this executor has lost its place in the cluster: all nodes are lost to it.</summary>
    public void LoseAll(string reason)
    {
        foreach (NodeEntry node in Entries())
            Lose(node, reason);
    }

    private int OpenSlots => _nodes.Values.Where(static node => node.IsOpen).Sum(static node => node.Slot.Concurrency);

    private ExecutorEvents Events => _scheduler.Options.Events;

    private static JoinAnswer TermsOf(ClusterExecutorOptions options, PayloadFormat format) => new()
    {
        NodeTimeout = options.Network.NodeTimeout,
        CancellationGrace = options.CancellationGrace,
        MaxMessageBytes = options.MaxMessageBytes,
        JsonOptions = MethodIdentity.OfJsonOptions(options.JsonOptions) is { } method ? Packed.Pack(method) : null,
        Initializer = TermOf(options.Initializer, format),
        ThreadInitializer = TermOf(options.ThreadInitializer, format),
    };

    private static Initialization? TermOf(WorkerInitializer? initializer, PayloadFormat format) => initializer is null
        ? null
        : new Initialization(
            Packed.Pack(initializer.Require(format).Identity.AsDotnetMethod()), Carried.Inline(initializer.WriteArgument(format)));

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
            if (Silence(node) > Verdict)
                Lose(node, Told($"nothing was heard of it for {Silence(node).TotalSeconds:0.0} s"));
            else
                Review(node);
        }
        ReviewAll();
    }

    private TimeSpan Silence(NodeEntry node)
    {
        lock (_lock)
            return Time.GetElapsedTime(node.HeardAt);
    }

    /// <summary>Opens the slot of a node that takes tasks, and closes that of one that does not.</summary>
    /// <param name="node">The node.</param>
    /// <param name="found">Why it can run no tasks now, if that was found out otherwise than by its word.</param>
    private void Review(NodeEntry node, string? found = null)
    {
        string? trouble;
        bool wasOpen, isOpen;
        lock (_reviewing)
        {
            lock (_lock)
            {
                if (found is not null)
                    node.Condition = node.Condition with { Trouble = found };
                trouble = TroubleOf(node);
                (wasOpen, isOpen) = (node.IsOpen, node.HasBegun && trouble is null && _nodes.ContainsKey(node.Session));
                node.IsOpen = isOpen;
            }
            if (isOpen != wasOpen && isOpen)
                _scheduler.Open(node.Slot);
            else if (isOpen != wasOpen)
                _scheduler.Close(node.Slot);
        }
        if (isOpen == wasOpen)
            return;
        int id = node.Slot.Facts.WorkerId!.Value;
        if (isOpen && node.WasSilent)
            Events.Tell(new NodeHeard(id, node.Slot.Card.Name));
        else if (!isOpen)
            Events.Tell(new NodeSilent(id, node.Slot.Card.Name, trouble ?? "it is gone"));
        node.WasSilent = !isOpen;
        ReviewAll();
    }

    /// <summary>Why a node gets no tasks, or null. Called under the lock.</summary>
    private string? TroubleOf(NodeEntry node) =>
        Time.GetElapsedTime(node.HeardAt) > Patience ? "nothing is heard of it"
        : node.IsSuspected ? "its process is said to be gone"
        : node.Condition.IsDraining ? "it is leaving"
        : node.Condition.Trouble?.TrimEnd('.');

    /// <summary>Says how the executor stands: it is degraded without a node, and fails its tasks if that lasts too long.</summary>
    private void ReviewAll()
    {
        bool refuses;
        bool isWhole;
        lock (_lock)
        {
            if (_isClosed)
                return;
            foreach ((_, TaskCompletionSource reached) in _waiting.Where(wait => OpenSlots >= wait.Slots))
                reached.TrySetResult();
            _waiting.RemoveAll(static wait => wait.Reached.Task.IsCompleted);
            isWhole = _nodes.Values.Any(static node => node.IsOpen);
            TimeSpan without = Time.GetElapsedTime(_withoutSince);
            refuses = !isWhole && _options.NodePatience != System.Threading.Timeout.InfiniteTimeSpan && without > _options.NodePatience;
            if (isWhole)
                _withoutSince = Time.GetTimestamp();
            if (isWhole == _wasWhole && refuses == _isRefusing)
                return;
            (_wasWhole, _isRefusing) = (isWhole, refuses);
        }
        if (isWhole)
            _scheduler.Recover();
        else
            _scheduler.Degrade("no node of the cluster takes tasks.", new TaskFailure { Cause = FailureCause.StartFailure }, refuses);
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
        Events.Tell(new NodeGone(node.Slot.Facts.WorkerId!.Value, node.Slot.Card.Name, loss.Tasks.Count, reason));
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
        Events.Tell(new NodeGone(node.Slot.Facts.WorkerId!.Value, node.Slot.Card.Name, LostTasks: 0, Reason: null));
        ReviewAll();
    }

    private static string Told(FormattableString text) => FormattableString.Invariant(text);

    /// <summary>Called under the lock.</summary>
    private SlotReport Report(NodeEntry node) => new(
        node.Slot,
        node.IsOpen ? WorkerState.Idle : node.HasBegun ? WorkerState.Leaving : WorkerState.Starting,
        Time.GetElapsedTime(node.JoinedAt),
        node.Slot.Done,
        ResidentBytes: null)
    {
        Node = Describe(node),
    };

    private NodeSnapshot Describe(NodeEntry node) => new()
    {
        Name = node.Slot.Card.Name,
        Address = node.Slot.Card.Address,
        Slots = node.Slot.Card.Slots,
        Labels = node.Slot.Card.Labels,
        HeardAgo = Time.GetElapsedTime(node.HeardAt),
    };

    /// <summary>A node in its session. The roster's lock guards what changes.</summary>
    private sealed class NodeEntry(Guid session, NodeSlot slot, TaskLine<NodeOrder> orders, long now)
    {
        public Guid Session { get; } = session;

        public NodeSlot Slot { get; } = slot;

        public TaskLine<NodeOrder> Orders { get; } = orders;

        public long JoinedAt { get; } = now;

        public long HeardAt { get; set; } = now;

        public NodeCondition Condition { get; set; } = new();

        /// <summary>Whether it has said that it is ready for its first task.</summary>
        public bool HasBegun { get; set; }

        public bool IsOpen { get; set; }

        public bool IsSuspected { get; set; }

        public bool WasSilent { get; set; }
    }
}
