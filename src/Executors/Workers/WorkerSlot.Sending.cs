using System.Threading.Channels;
using Offloop.Invocation;
using Offloop.Protocol;
using Offloop.Scheduling;
using Offloop.Streaming;

namespace Offloop.Workers;

/// <content>What goes to the worker. Arguments are written by a loop of this worker, never on the submitter's thread.</content>
internal sealed partial class WorkerSlot
{
    private readonly HashSet<int> _knownMethods = [];
    private readonly Channel<(int Sequence, WorkItem Item)> _outbox =
        Channel.CreateUnbounded<(int, WorkItem)>(new UnboundedChannelOptions { SingleReader = true });

    public override void Send(WorkItem item)
    {
        int sequence;
        lock (_lock)
        {
            if (_state == WorkerState.Gone)
                return; // the task was sent elsewhere before it came here
            sequence = ++_lastSequence;
            _items.Add(sequence, item);
        }
        if (item.EndRequest == EndRequest.None)
            _outbox.Writer.TryWrite((sequence, item));
        else if (Release(sequence, isDone: false) is not null)
            _scheduler.Lost(this, item, NotStarted(item));
    }

    public override void RequestEnd(WorkItem item)
    {
        if (SequenceOf(item) is { } sequence)
            _process!.Tell(worker => worker.Cancel(sequence));
    }

    /// <summary>Kills the process if this is the task that it runs. One that waits behind another in a worker which does not even answer is given up
    /// without a kill, which would hit the other one.</summary>
    public override void ForceEnd(WorkItem item)
    {
        if (!TryKill(new KillReason(Cause: null, $"task {item.Id} did not end in time"), onlyWith: item) && SequenceOf(item) is not null)
            _scheduler.Lost(this, item, Describe(item) with { Phase = TaskPhase.NotStarted });
    }

    private int? SequenceOf(WorkItem item)
    {
        lock (_lock)
        {
            foreach ((int sequence, WorkItem other) in _items)
            {
                if (other == item)
                    return sequence;
            }
            return null;
        }
    }

    /// <summary>Sends all that has gathered in one message.</summary>
    private async Task SendAllAsync()
    {
        var batch = new List<RunRequest>();
        while (await _outbox.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (_outbox.Reader.TryRead(out (int Sequence, WorkItem Item) next))
            {
                if (await PrepareAsync(next.Sequence, next.Item).ConfigureAwait(false) is { } request)
                    batch.Add(request);
            }
            if (batch.Count > 0)
            {
                var message = new RunBatch([.. batch]);
                _process!.Tell(worker => worker.Run(message));
            }
            batch.Clear();
        }
    }

    private async Task<RunRequest?> PrepareAsync(int sequence, WorkItem item)
    {
        try
        {
            Payload argument = item.WriteArgument().Within(_launch.Options.MaxMessageBytes, "argument");
            MethodEntry method = item.Method;
            item.Progress?.Allowance.Restart();
            item.Stream?.Restart(count => _process!.Tell(worker => worker.Credit(sequence, count)));
            return new RunRequest
            {
                Sequence = sequence,
                Method = method.Number,
                Definition = _knownMethods.Add(method.Number) ? method.Identity : null,
                TaskId = item.Id,
                Attempt = item.Attempt,
                ReportStart = _scheduler.HasTimeout(item),
                Credit = item.Stream is null ? null : ItemSink.Window,
                ProgressType = item.Progress?.TypeName,
                Argument = await PayloadRef.SendAsync(argument, FrameKey.Whole(sequence), _process!.Data).ConfigureAwait(false),
            };
        }
        catch (PayloadException error)
        {
            if (Release(sequence) is not null)
                _scheduler.Finished(this, item, Failures.Payload(error, Describe(item) with { Attempt = item.Attempt }, TaskPhase.NotStarted));
            return null;
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            return null; // the worker is dying; its end settles the task
        }
    }
}
