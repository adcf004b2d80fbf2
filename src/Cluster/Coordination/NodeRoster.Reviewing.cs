using Offloop.Telemetry;

namespace Offloop.Cluster.Coordination;

/// <summary>How the nodes and the executor stand, and who waits for that.</summary>
internal sealed partial class NodeRoster
{
    private readonly HashSet<NodeEntry> _toReview = [];
    private readonly HashSet<Waiter> _waiting = [];
    private bool _isReviewing;
    private bool _isToReview;
    private bool _isRefusing;
    private string? _lack = "";
    private long _withoutSince;
    private string? _exile; // why this executor is not in its cluster
    private ClusterException? _failure;

    /// <summary>Completes when the nodes that take tasks have so many slots. Is cancelled if the roster is closed before,
    /// and fails if the executor has.</summary>
    public async Task WaitForSlotsAsync(int slots, CancellationToken cancellationToken)
    {
        var waiter = new Waiter(slots);
        lock (_lock)
        {
            if (OpenSlots >= slots)
                return;
            if (_failure is not null)
                throw new ClusterException(_failure.Message, _failure);
            if (_isClosed)
                throw new OperationCanceledException("The executor was shut down.");
            _waiting.Add(waiter);
        }
        try
        {
            await waiter.Reached.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            lock (_lock)
                _waiting.Remove(waiter);
        }
    }

    /// <summary>The executor cannot take part in its cluster, so nobody need wait for nodes.</summary>
    public void Fail(ClusterException error)
    {
        lock (_lock)
        {
            _failure = error;
            foreach (Waiter waiter in _waiting)
                waiter.Reached.TrySetException(error);
        }
    }

    /// <summary>Notes that a node can run no tasks, which was found out otherwise than by its word.</summary>
    private void Review(NodeEntry node, string trouble)
    {
        lock (_lock)
            node.Condition = node.Condition with { Trouble = trouble };
        Review(node);
    }

    private void Review(NodeEntry node)
    {
        lock (_lock)
            _toReview.Add(node);
        Review();
    }

    /// <summary>Looks at the nodes that wait for it, and at how the executor stands. One thread does so at a time, and others leave it to
    /// that one: who listens to the executor may be slow, and a node that asks for its lease must not wait for that.</summary>
    private void Review()
    {
        lock (_lock)
        {
            _isToReview = true;
            if (_isReviewing)
                return;
            _isReviewing = true;
        }
        try
        {
            while (NextToReview(out NodeEntry? node))
            {
                if (node is not null)
                    ReviewNow(node);
                else
                    ReviewStateNow();
            }
        }
        catch
        {
            lock (_lock)
                _isReviewing = false;
            throw;
        }
    }

    /// <summary>What is to be looked at next: a node; null for the executor. False if there is nothing, and then nobody is
    /// looking.</summary>
    private bool NextToReview(out NodeEntry? node)
    {
        lock (_lock)
        {
            node = _toReview.FirstOrDefault();
            if (node is not null)
                return _toReview.Remove(node);
            _isReviewing = _isToReview;
            _isToReview = false;
            return _isReviewing;
        }
    }

    /// <summary>Opens the slot of a node that takes tasks, and closes that of one that does not.</summary>
    private void ReviewNow(NodeEntry node)
    {
        string? trouble;
        bool wasOpen, isOpen, isBack;
        lock (_lock)
        {
            bool isHere = _nodes.ContainsKey(node.Session);
            if (isHere && node is { HasBegun: true, IsTold: false })
            {
                node.IsTold = true;
                Events.Note(new NodeJoined(node.Id, node.Describe()));
            }
            trouble = node.TroubleAfter(Timeout / 2);
            (wasOpen, isOpen) = (node.IsOpen, isHere && node.HasBegun && trouble is null);
            node.IsOpen = isOpen;
            isBack = isOpen && node.IsMissed;
            node.IsMissed = wasOpen ? !isOpen : node.IsMissed && !isOpen;
            if (wasOpen && !isOpen)
                Events.Note(new NodeSilent(node.Id, node.Name, trouble ?? "it is gone"));
            else if (isBack)
                Events.Note(new NodeHeard(node.Id, node.Name));
        }
        if (isOpen && !wasOpen)
            _scheduler.Open(node.Slot);
        else if (wasOpen && !isOpen)
            _scheduler.Close(node.Slot);
        Events.Deliver();
    }

    /// <summary>Says how the executor stands: it is degraded without a node, and fails its tasks if that lasts too long.</summary>
    private void ReviewStateNow()
    {
        bool refuses;
        string? lack;
        lock (_lock)
        {
            if (_isClosed)
                return;
            foreach (Waiter waiter in _waiting.Where(wait => OpenSlots >= wait.Slots))
                waiter.Reached.TrySetResult();
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
        if (_exile is not null)
            return $"this executor has no place in its cluster now: {_exile.TrimEnd('.')}.";
        (string Name, string Trouble)[] troubles =
        [
            .. _nodes.Values.Select(node => (node.Name, Trouble: node.TroubleAfter(Timeout / 2)!))
                .Where(static node => node.Trouble is not null),
        ];
        return troubles is [var first, ..]
            ? $"no node of the cluster takes tasks; {first.Name} does not, because {first.Trouble}."
            : "no node has joined the cluster; start one that joins this executor.";
    }

    /// <summary>Somebody who waits for slots.</summary>
    private sealed class Waiter(int slots)
    {
        public int Slots { get; } = slots;

        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
