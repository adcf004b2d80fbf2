using Offloop.Cluster.Messages;
using Offloop.Payloads;
using Offloop.Scheduling;
using Offloop.Tasks;

namespace Offloop.Cluster.Coordination;

/// <summary>A node as the scheduler sees it: one slot that runs as many tasks at once as the node has slots, for one session. What it says
/// of a task can come from that session alone.</summary>
internal sealed partial class NodeSlot : TaskSlot
{
    /// <summary>A payload that moves has brought a piece within that time.</summary>
    private static readonly TimeSpan s_stillness = TimeSpan.FromSeconds(10);

    private const int MostWaits = 20;

    private readonly Lock _lock = new();
    private readonly Scheduler _scheduler;
    private readonly Arrivals _arrivals;
    private readonly TaskLine<NodeOrder> _orders;
    private readonly long _maxBytes;
    private readonly Dictionary<int, Row> _rows = [];
    private readonly Dictionary<TaskItem, Row> _rowsByTask = [];
    private readonly HashSet<int> _knownMethods = [];
    private int _lastSequence;
    private long _done;
    private bool _isGone;

    /// <param name="scheduler">Gives the tasks.</param>
    /// <param name="id">The number of the node in the executor.</param>
    /// <param name="card">What the node is.</param>
    /// <param name="orders">Sends to the node.</param>
    /// <param name="maxBytes">The longest payload.</param>
    public NodeSlot(Scheduler scheduler, int id, NodeCard card, TaskLine<NodeOrder> orders, long maxBytes)
    {
        (_scheduler, Card, _orders, _maxBytes) = (scheduler, card, orders, maxBytes);
        _arrivals = new Arrivals(maxBytes);
        Labels = LabelSet.Of(card.Labels);
        Facts = new SlotFacts { WorkerId = id, ProcessId = card.ProcessId, Node = card.Name };
    }

    public NodeCard Card { get; }

    /// <summary>Hears that the node cannot run tasks now, with the reason.</summary>
    public Action<string> InTrouble { get; init; } = static _ => { };

    /// <summary>Hears that the scheduler has given the node up.</summary>
    public Action GaveUp { get; init; } = static () => { };

    public override int Concurrency => Card.Slots;

    public override LabelSet Labels { get; }

    public override SlotFacts Facts { get; }

    /// <summary>How many tasks it has ended.</summary>
    public long Done => Interlocked.Read(ref _done);

    /// <summary>The node is gone: nothing that it still says counts.</summary>
    /// <param name="facts">Why.</param>
    public SlotLoss Lose(TaskFailure facts)
    {
        Row[] rows;
        HashSet<WorkItem> ending;
        lock (_lock)
        {
            _isGone = true;
            ending = [.. _ending];
            rows = [.. _rows.Values];
            _rows.Clear();
            _rowsByTask.Clear();
        }
        _orders.Close();
        return new SlotLoss
        {
            Otherwise = facts with { Phase = TaskPhase.NotStarted },
            Ending = ending,
            Tasks = rows.ToDictionary(
                static row => (WorkItem)row.Item,
                row => new TaskLoss(facts with { Phase = row.IsSent ? TaskPhase.Unknown : TaskPhase.NotStarted }, IsSuspect: false)),
        };
    }

    /// <inheritdoc/>
    /// <remarks>The order to end a task goes after its argument, and its end after the pieces of its result. Of pieces it is only known
    /// that some come, not of which task they are, so that is believed a bounded number of times.</remarks>
    public override bool IsMoving(WorkItem item)
    {
        lock (_lock)
        {
            return _rowsByTask.TryGetValue((TaskItem)item, out Row? row)
                && (!row.IsOrdered || (_arrivals.SinceLastPiece < s_stillness && ++row.Waits <= MostWaits));
        }
    }

    /// <inheritdoc/>
    /// <remarks>The node answers, or its lease would have decided, and has not ended a task that it was told to end by force. The session
    /// is over for that, so the node ends all that it runs.</remarks>
    public override SlotLoss GiveUp()
    {
        SlotLoss loss = Lose(Facts.ToFailure(FailureCause.NodeLost, TaskPhase.Unknown, attempt: 0));
        _scheduler.Lost(this, loss);
        GaveUp();
        return loss;
    }

    protected override void Send(TaskItem item, Assignment assignment)
    {
        var row = new Row(item);
        lock (_lock)
        {
            if (_isGone)
                return; // the task was sent elsewhere before it came here
            row.Sequence = ++_lastSequence;
            _rows.Add(row.Sequence, row);
            _rowsByTask.Add(item, row);
        }
        if (item.HasSmallArgument)
            SendNow(row, assignment);
        else
            ThreadPool.UnsafeQueueUserWorkItem(_ => SendNow(row, assignment), null); // its argument is written there
    }

    protected override void RequestEnd(TaskItem item) => End(item, isForced: false);

    protected override void ForceEnd(TaskItem item) => End(item, isForced: true);

    private void End(TaskItem item, bool isForced)
    {
        lock (_lock)
        {
            if (_rowsByTask.TryGetValue(item, out Row? row) && row.IsSent)
                _orders.Send(row.Sequence, new EndOrder(row.Sequence) { IsForced = isForced });
        }
    }

    private void SendNow(Row row, Assignment assignment)
    {
        TaskItem item = row.Item;
        TaskEnvelope envelope;
        try
        {
            envelope = item.ToEnvelope(assignment, _maxBytes);
        }
        catch (PayloadException error)
        {
            TaskFailure facts = Facts.ToFailure(FailureCause.Payload, TaskPhase.NotStarted, assignment.Attempt);
            if (TryRemove(row))
                _scheduler.Finished(this, item, TaskItem.Refused(error, facts, TaskPhase.NotStarted));
            return;
        }
        lock (_lock)
        {
            if (!_rows.ContainsKey(row.Sequence))
                return; // the node is gone
            if (item.EndRequest == EndRequest.None)
            {
                item.Progress?.Allowance.Restart();
                item.Items?.Restart(count => _orders.Send(row.Sequence, new CreditOrder(row.Sequence, count)));
                row.IsSent = true;
                _orders.Send(row.Sequence, envelope.Argument, argument => OrderOf(row, envelope, argument));
                return;
            }
            Remove_NeedsLock(row);
        }
        _scheduler.GivenUp(this, item, Facts.ToFailure(FailureCause.TaskException, TaskPhase.NotStarted, assignment.Attempt));
    }

    private RunOrder OrderOf(Row row, in TaskEnvelope envelope, Carried argument)
    {
        row.IsOrdered = true;
        bool isNew;
        lock (_knownMethods)
            isNew = _knownMethods.Add(envelope.Method.Number);
        return new RunOrder(row.Sequence)
        {
            Method = envelope.Method.Number,
            Definition = isNew ? Packed.Pack(envelope.Method.Identity.AsDotnetMethod()) : null,
            TaskId = envelope.TaskId,
            Attempt = envelope.Attempt,
            Name = row.Item.Options.Name,
            ReportStart = envelope.ReportStart,
            ProgressType = envelope.ProgressType,
            IsStream = envelope.Credit is not null,
            Culture = envelope.Surroundings.CultureName,
            UICulture = envelope.Surroundings.UICultureName,
            TraceParent = envelope.Surroundings.Trace?.Parent,
            TraceState = envelope.Surroundings.Trace?.State,
            Baggage = envelope.Surroundings.Trace?.Baggage ?? [],
            Argument = argument,
        };
    }

    private bool TryRemove(Row row)
    {
        lock (_lock)
        {
            if (!_rows.ContainsKey(row.Sequence))
                return false;
            Remove_NeedsLock(row);
            return true;
        }
    }

    private void Remove_NeedsLock(Row row)
    {
        _rows.Remove(row.Sequence);
        _rowsByTask.Remove(row.Item);
    }

    /// <summary>A task that the node has.</summary>
    private sealed class Row(TaskItem item)
    {
        public TaskItem Item { get; } = item;

        /// <summary>Its number in the session.</summary>
        public int Sequence { get; set; }

        /// <summary>Whether the node may have heard of it.</summary>
        public bool IsSent { get; set; }

        /// <summary>How often its end was awaited because a payload came.</summary>
        public int Waits { get; set; }

        /// <summary>Whether its order has gone, after its argument.</summary>
        public bool IsOrdered
        {
            get => Volatile.Read(ref field);
            set => Volatile.Write(ref field, value);
        }
    }
}
