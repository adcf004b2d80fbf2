using System.Collections.Concurrent;
using System.Diagnostics;
using Offloop.Invocation;
using Offloop.Protocol;
using Offloop.Scheduling;
using Offloop.Streaming;

namespace Offloop.Workers;

/// <content>What goes to the worker. Arguments are written on a thread of the pool, by one sender at a time, and not on the submitter's; but for a lone task
/// whose argument is small whatever it holds, the way to another thread would cost more than the writing.</content>
internal sealed partial class WorkerSlot
{
    private readonly HashSet<int> _knownMethods = [];
    private readonly ConcurrentQueue<(int Sequence, WorkItem Item)> _outbox = new();
    private int _isSending;

    public override void Send(WorkItem item)
    {
        int sequence;
        bool isAlone;
        lock (_lock)
        {
            if (_state == WorkerState.Gone)
                return; // the task was sent elsewhere before it came here
            sequence = ++_lastSequence;
            _items.Add(sequence, item);
            isAlone = _items.Count == 1;
        }
        if (item.EndRequest != EndRequest.None)
        {
            if (Release(sequence, isDone: false) is not null)
                _scheduler.Lost(this, item, NotStarted(item));
        }
        else if (isAlone && item.HasSmallArgument && TryBeginSending())
        {
            SendNow(sequence, item);
        }
        else
        {
            _outbox.Enqueue((sequence, item));
            if (TryBeginSending())
                ThreadPool.UnsafeQueueUserWorkItem(static slot => _ = slot.SendAllAsync(), this, preferLocal: false);
        }
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

    private bool TryBeginSending() => Interlocked.Exchange(ref _isSending, 1) == 0;

    /// <summary>Sends a task on the calling thread. Nothing can have come before it: it has the worker for itself.</summary>
    private void SendNow(int sequence, WorkItem item)
    {
        ValueTask<RunRequest?> prepared = PrepareAsync(sequence, item);
        Debug.Assert(prepared.IsCompleted, "A small argument does not wait for the data pipe.");
        if (prepared.Result is { } request)
            SendBatch([request]);
        Volatile.Write(ref _isSending, 0);
        if (!_outbox.IsEmpty && TryBeginSending())
            ThreadPool.UnsafeQueueUserWorkItem(static slot => _ = slot.SendAllAsync(), this, preferLocal: false);
    }

    /// <summary>Sends all that has gathered in one message, until there is no more.</summary>
    private async Task SendAllAsync()
    {
        var batch = new List<RunRequest>();
        do
        {
            while (_outbox.TryDequeue(out (int Sequence, WorkItem Item) next))
            {
                if (await PrepareAsync(next.Sequence, next.Item).ConfigureAwait(false) is { } request)
                    batch.Add(request);
            }
            if (batch.Count > 0)
                SendBatch([.. batch]);
            batch.Clear();
            Volatile.Write(ref _isSending, 0);
        }
        while (!_outbox.IsEmpty && TryBeginSending());
    }

    private void SendBatch(RunRequest[] requests)
    {
        var message = new RunBatch { Items = requests };
        _process!.Tell(worker => worker.Run(message));
    }

    private async ValueTask<RunRequest?> PrepareAsync(int sequence, WorkItem item)
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
                Definition = _knownMethods.Add(method.Number) ? _launch.NameOf(method.Identity) : null,
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
