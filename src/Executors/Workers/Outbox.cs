using System.Collections.Concurrent;
using System.Diagnostics;
using Offloop.Payloads;
using Offloop.Protocol;
using Offloop.Scheduling;
using Offloop.Surroundings;
using Offloop.Tasks;

namespace Offloop.Workers;

/// <summary>Sends tasks to one worker. One sender at a time writes the arguments, on a thread of the thread pool and not on the
/// submitter's. A task that starts at once and has an argument that is always small is an exception: the way to another thread would cost
/// more than the writing.</summary>
/// <param name="slot">The worker.</param>
/// <param name="scheduler">Hears of tasks whose argument cannot be sent.</param>
/// <param name="launch">Names methods as the worker knows them, and says how long an argument may be.</param>
internal sealed class Outbox(WorkerSlot slot, Scheduler scheduler, WorkerLaunch launch)
{
    private readonly HashSet<int> _knownMethods = [];
    private readonly ConcurrentQueue<(int Sequence, Assignment Assignment)> _queue = new();
    private int _isSending;

    /// <summary>Sends a task that is in the table.</summary>
    /// <param name="sequence">Its number.</param>
    /// <param name="assignment">The task.</param>
    /// <param name="startsAtOnce">Whether the worker has a thread for it.</param>
    public void Send(int sequence, Assignment assignment, bool startsAtOnce)
    {
        if (startsAtOnce && ItemOf(assignment).HasSmallArgument && TryBeginSending())
        {
            SendNow(sequence, assignment);
            return;
        }
        _queue.Enqueue((sequence, assignment));
        StartSending();
    }

    private static TaskItem ItemOf(Assignment assignment) => (TaskItem)assignment.Item;

    private bool TryBeginSending() => Interlocked.Exchange(ref _isSending, 1) == 0;

    private void StartSending()
    {
        if (TryBeginSending())
            ThreadPool.UnsafeQueueUserWorkItem(static outbox => _ = outbox.SendAllAsync(), this, preferLocal: false);
    }

    /// <summary>Sends a task on the calling thread. No task waits for it: the worker has a thread for each.</summary>
    private void SendNow(int sequence, Assignment assignment)
    {
        ValueTask<RunRequest?> prepared = PrepareAsync(sequence, assignment);
        Debug.Assert(prepared.IsCompleted, "A small argument does not wait for the data pipe.");
        if (prepared.Result is { } request)
            SendBatch(new RunBatch { Items = [request] });
        Volatile.Write(ref _isSending, 0);
        if (!_queue.IsEmpty)
            StartSending();
    }

    /// <summary>Sends all that has gathered in one message, until there is no more.</summary>
    private async Task SendAllAsync()
    {
        var batch = new List<RunRequest>();
        do
        {
            while (_queue.TryDequeue(out (int Sequence, Assignment Assignment) next))
            {
                if (await PrepareAsync(next.Sequence, next.Assignment).ConfigureAwait(false) is { } request)
                    batch.Add(request);
            }
            if (batch.Count > 0)
                SendBatch(RunBatch.Of(batch));
            batch.Clear();
            Volatile.Write(ref _isSending, 0);
        }
        while (!_queue.IsEmpty && TryBeginSending());
    }

    private void SendBatch(RunBatch batch) => slot.Channel.Tell(worker => worker.Run(batch));

    /// <summary>The name of a culture, or null if the worker has that culture by default.</summary>
    private static string? NameUnless(string? ofWorker, string? culture) =>
        culture is { } name && name != (ofWorker ?? "") ? name : null;

    private void RestartItems(ItemInbox items, int sequence) =>
        items.Restart(count => slot.Channel.Tell(host => host.Credit(sequence, count)));

    /// <summary>The task as a message without its argument.</summary>
    private RunRequest ToRequest(int sequence, in TaskEnvelope envelope, ReadyMessage worker)
    {
        TaskSurroundings surroundings = envelope.Surroundings;
        return new RunRequest
        {
            Sequence = sequence,
            Method = envelope.Method.Number,
            Definition = _knownMethods.Add(envelope.Method.Number) ? launch.NameOf(envelope.Method.Identity) : null,
            TaskId = envelope.TaskId,
            Attempt = envelope.Attempt,
            ReportStart = envelope.ReportStart,
            Credit = envelope.Credit,
            ProgressType = envelope.ProgressType,
            Culture = NameUnless(worker.Culture, surroundings.CultureName),
            UICulture = NameUnless(worker.UICulture, surroundings.UICultureName),
            TraceParent = surroundings.Trace?.Parent,
            TraceState = surroundings.Trace?.State,
            Baggage = surroundings.Trace?.Baggage ?? [],
            Argument = default,
        };
    }

    /// <summary>The task as a message, its large argument sent ahead; null if it is not to be sent.</summary>
    private async ValueTask<RunRequest?> PrepareAsync(int sequence, Assignment assignment)
    {
        TaskItem item = ItemOf(assignment);
        try
        {
            ReadyMessage worker = await slot.Inbox.Ready.ConfigureAwait(false); // it was the worker's first message
            TaskEnvelope envelope = item.ToEnvelope(assignment, launch.Options.MaxMessageBytes);
            item.Progress?.Allowance.Restart();
            if (item.Items is { } items)
                RestartItems(items, sequence);
            RunRequest request = ToRequest(sequence, envelope, worker);
            request.Argument = await slot.Channel.SendAsync(envelope.Argument, FrameKey.Whole(sequence)).ConfigureAwait(false);
            return request;
        }
        catch (PayloadException error)
        {
            TaskFailure facts = slot.Facts.ToFailure(FailureCause.Payload, TaskPhase.NotStarted, assignment.Attempt);
            if (slot.Tasks.Release(sequence, isDone: true) is not null)
                scheduler.Finished(slot, item, TaskItem.Refused(error, facts, TaskPhase.NotStarted));
            slot.NoteChange();
            return null;
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            return null; // the worker is dying; its end settles the task
        }
    }
}
