using Offloop.Cluster.Messages;
using Offloop.Payloads;
using Offloop.Protocol;
using Offloop.Scheduling;
using Offloop.Tasks;
using Offloop.Telemetry;
using Offloop.Workers;

namespace Offloop.Cluster.Coordination;

/// <summary>A node as the scheduler sees it: one slot that runs as many tasks at once as the node has slots, for one session. What it says
/// of a task can come from that session alone.</summary>
internal sealed class NodeSlot : TaskSlot
{
    private readonly Lock _lock = new();
    private readonly Lock _taking = new(); // so that what a batch leads to is over before the next one, also if an answer was lost
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

    /// <summary>Takes reports of the node. Throws if they make no sense: the session has to end then, because they do not come
    /// again.</summary>
    public void Take(int lane, long number, NodeReport[] reports)
    {
        lock (_taking)
        {
            List<Action> actions = [];
            lock (_lock)
            {
                if (_isGone || !_arrivals.IsNew(lane, number))
                    return;
                foreach (NodeReport report in reports)
                {
                    if (ActionOf_NeedsLock(report) is { } action)
                        actions.Add(action);
                }
            }
            actions.ForEach(static action => action());
        }
    }

    /// <summary>The node is gone: nothing that it still says counts.</summary>
    /// <param name="facts">Why.</param>
    public SlotLoss Lose(TaskFailure facts)
    {
        Row[] rows;
        lock (_lock)
        {
            _isGone = true;
            rows = [.. _rows.Values];
            _rows.Clear();
            _rowsByTask.Clear();
        }
        _orders.Close();
        return new SlotLoss
        {
            Otherwise = facts with { Phase = TaskPhase.NotStarted },
            Tasks = rows.ToDictionary(
                static row => (WorkItem)row.Item,
                row => new TaskLoss(facts with { Phase = row.IsSent ? TaskPhase.Unknown : TaskPhase.NotStarted }, IsSuspect: false)),
        };
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

    /// <summary>What a report leads to, outside the lock; null if there is nothing to do.</summary>
    private Action? ActionOf_NeedsLock(NodeReport report)
    {
        if (report is PieceReport { Piece: var piece })
        {
            _arrivals.Add(piece);
            return null;
        }
        if (!_rows.TryGetValue(report.Sequence, out Row? row))
        {
            return report.Sequence <= _lastSequence
                ? null // its end came before
                : throw new InvalidDataException($"a report is about the task number {report.Sequence}, which the node does not have");
        }
        switch (report)
        {
            case StartedReport:
                return () => _scheduler.Started(this, row.Item);
            case ProgressReport progress:
                Payload value = _arrivals.Take(progress.Value);
                return () => row.Item.Progress?.Post(
                    Task.FromResult(value), () => _orders.Send(row.Sequence, new ProgressTakenOrder(row.Sequence)));
            case LogReport log:
                return () => Log(row.Item, log);
            case ItemReport item:
                Payload next = _arrivals.Take(item.Value);
                return () => Post(row.Item, next);
            case EndedReport end:
                Payload result = _arrivals.Take(end.Result);
                FinishedTask finished = Packed.Unpack<FinishedTask>(end.End); // before the node is done with the task, because it may throw
                Remove_NeedsLock(row);
                return () => Finish(row.Item, end, finished, result);
            case LostReport lost:
                TaskFailure facts = Packed.UnpackFailure(lost.Facts);
                Remove_NeedsLock(row);
                return () => Lose(row.Item, facts);
            case GivenBackReport:
                Remove_NeedsLock(row);
                return () => _scheduler.GivenBack(this, [row.Item]);
            default:
                throw new InvalidDataException($"a report is a {report.GetType().Name}");
        }
    }

    private void Log(TaskItem task, LogReport line)
    {
        SchedulerOptions executor = _scheduler.Options;
        new ScopedLogger(executor.TaskLogger, task.LogScope(executor.Name, Facts.WorkerId)).TaskLine(line.Level, task.Id, line.Text);
    }

    private void Post(TaskItem task, Payload item) => _ = task.Items?.PostAsync(Task.FromResult(item), error =>
    {
        TaskFailure facts = Facts.ToFailure(FailureCause.Payload, TaskPhase.Running, task.Attempt);
        _scheduler.Fail(task, TaskItem.Refused(error, facts, TaskPhase.Running));
    });

    private void Finish(TaskItem item, EndedReport report, FinishedTask end, Payload result)
    {
        Interlocked.Increment(ref _done);
        SlotFacts place = Facts with { WorkerId = report.WorkerId, ProcessId = report.ProcessId };
        Outcome outcome = TaskEnds.OutcomeOf(end, result, item, place);
        _scheduler.Finished(this, item, outcome, TimeSpan.FromMicroseconds(Math.Clamp(end.Microseconds, 0, int.MaxValue)));
    }

    /// <summary>The worker of a task is gone, or its task was ended by force on this end's word: then the cause is what this end
    /// wanted.</summary>
    private void Lose(TaskItem item, TaskFailure facts)
    {
        if (facts is { Cause: FailureCause.StartFailure, Phase: TaskPhase.NotStarted })
        {
            InTrouble("its workers cannot start");
            _scheduler.GivenBack(this, [item]);
            return;
        }
        Interlocked.Increment(ref _done);
        FailureCause cause = (facts.Cause, item.EndRequest) switch
        {
            (FailureCause.Cancellation, EndRequest.Timeout) => FailureCause.Timeout,
            (FailureCause.Cancellation, EndRequest.Shutdown) => FailureCause.Shutdown,
            _ => facts.Cause,
        };
        _scheduler.GivenUp(this, item, facts with { Cause = cause, Node = Card.Name });
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
    }
}
