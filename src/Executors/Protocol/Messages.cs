using Microsoft.Extensions.Logging;
using Offloop.Invocation;
using Offloop.Payloads;

namespace Offloop.Protocol;

/// <summary>Tasks for a worker, which starts them in this order.</summary>
internal sealed record RunBatch
{
    public required RunRequest[] Items { get; set; }

    /// <summary>Returns a batch of these tasks in as few words as they can be said in.</summary>
    public static RunBatch Of(List<RunRequest> requests)
    {
        List<RunRequest> items = [];
        List<ReadOnlyMemory<byte>> more = [];
        foreach (RunRequest request in requests)
        {
            if (items is [.., var last] && last.CanStandFor(request, more.Count + 1))
            {
                more.Add(request.Argument.Bytes);
                continue;
            }
            Close();
            items.Add(request);
        }
        Close();
        return new RunBatch { Items = [.. items] };

        void Close()
        {
            if (more.Count > 0)
                items[^1].More = [.. more];
            more.Clear();
        }
    }

    /// <summary>Every task as a request of its own: those of <see cref="RunRequest.More"/> too, in their order.</summary>
    public RunRequest[] Expand()
    {
        int count = 0;
        foreach (RunRequest request in Items)
            count = checked(count + 1 + request.More.Length);
        if (count == Items.Length)
            return Items;
        var all = new RunRequest[count];
        int next = 0;
        foreach (RunRequest request in Items)
        {
            all[next++] = request;
            for (int i = 0; i < request.More.Length; i++)
                all[next++] = request.Following(i);
        }
        return all;
    }
}

/// <summary>One task for a worker.</summary>
internal sealed record RunRequest
{
    /// <summary>The number of the initializer, which runs before the first task.</summary>
    public const int InitializerSequence = 0;

    /// <summary>The number of the initializer of the task threads.</summary>
    public const int ThreadInitializerSequence = -1;

    /// <summary>The task's number on this worker: 1, 2, 3 … Some may be left out.</summary>
    public required int Sequence { get; set; }

    /// <summary>The number of the method. Its <see cref="Definition"/> is sent with its first use on this worker.</summary>
    public required int Method { get; set; }

    public MethodIdentity? Definition { get; set; }

    public required long TaskId { get; set; }

    public required int Attempt { get; set; }

    /// <summary>Whether the worker reports the start of the task, from which its timeout runs.</summary>
    public bool ReportStart { get; set; }

    /// <summary>The assembly-qualified name of the type of progress that the caller listens for; null if nobody listens.</summary>
    public string? ProgressType { get; set; }

    /// <summary>How many items a streaming task may send at first; null if the task does not stream.</summary>
    public int? Credit { get; set; }

    /// <summary>The name of the task's culture; null for the one that the worker has named in <see cref="ReadyMessage"/>.</summary>
    public string? Culture { get; set; }

    /// <summary>The same for the culture of the user interface.</summary>
    public string? UICulture { get; set; }

    /// <summary>The id of the submitter's activity, a <c>traceparent</c> as a rule; null without one.</summary>
    public string? TraceParent { get; set; }

    /// <summary>The <c>tracestate</c> of the submitter's activity, or null.</summary>
    public string? TraceState { get; set; }

    /// <summary>The baggage of the submitter's activity: key, value, key, value.</summary>
    public string[] Baggage { get => field ?? []; set; }

    public required PayloadRef Argument { get; set; }

    /// <summary>The arguments, in JSON, of the tasks that follow this one and are otherwise like it: each has the next
    /// <see cref="Sequence"/> and the next <see cref="TaskId"/>.</summary>
    public ReadOnlyMemory<byte>[] More { get => field ?? []; set; }

    /// <summary>Whether another request says the same about its task as this one does, so that one with <see cref="More"/> can stand for
    /// both.</summary>
    /// <param name="next">The other request.</param>
    /// <param name="distance">By how many numbers the other one comes after this one.</param>
    public bool CanStandFor(RunRequest next, int distance) =>
        next.Sequence == Sequence + distance && next.TaskId == TaskId + distance
        && next.Method == Method && next.Definition is null && next.Attempt == Attempt && next.ReportStart == ReportStart
        && next.Argument is { Kind: PayloadKind.Json, IsOnDataPipe: false }
        && Credit is null && next.Credit is null && ProgressType is null && next.ProgressType is null
        && next.Culture == Culture && next.UICulture == UICulture
        && TraceParent == next.TraceParent && TraceState == next.TraceState && Baggage.AsSpan().SequenceEqual(next.Baggage);

    /// <summary>The request of the task whose argument is at that place of <see cref="More"/>.</summary>
    public RunRequest Following(int index) => this with
    {
        Sequence = checked(Sequence + index + 1),
        TaskId = checked(TaskId + index + 1),
        Definition = null,
        Argument = PayloadRef.Inline(new Payload(PayloadKind.Json, More[index])),
        More = [],
    };
}

/// <summary>News about tasks since the last report.</summary>
internal sealed record WorkerReport
{
    public FinishedTask[] Finished { get => field ?? []; set; } // null in a message that leaves it out

    /// <summary>Tasks that have returned, in rows of neighbours.</summary>
    public ReturnedTasks[] Returned { get => field ?? []; set; }

    /// <summary>Returns a report of these ends in as few words as they can be said in.</summary>
    public static WorkerReport Of(List<FinishedTask> ends)
    {
        if (ends is [var one])
            return new WorkerReport { Finished = [one] };
        List<FinishedTask> others = [];
        List<ReturnedTasks> rows = [];
        for (int start = 0, end; start < ends.Count; start = end)
        {
            end = start + 1;
            while (end < ends.Count && ends[end - 1].CanBeFollowedBy(ends[end]))
                end++;
            if (end == start + 1)
                others.Add(ends[start]);
            else
                rows.Add(ReturnedTasks.Of(ends.GetRange(start, end - start)));
        }
        return new WorkerReport { Finished = [.. others], Returned = [.. rows] };
    }

    /// <summary>Every end as a message of its own, in the order in which the tasks ran.</summary>
    public FinishedTask[] Expand()
    {
        if (Returned.Length == 0)
            return Finished;
        List<FinishedTask> all = [.. Finished];
        foreach (ReturnedTasks row in Returned)
        {
            for (int i = 0; i < row.Microseconds.Length; i++)
                all.Add(row.At(i));
        }
        all.Sort(static (one, other) => one.Sequence.CompareTo(other.Sequence));
        return [.. all];
    }

    /// <summary>Tasks that waited behind a task that turned out long. They have not started and will not.</summary>
    public int[] GivenBack { get => field ?? []; set; }

    /// <summary>The number of a task that has just started, or 0.</summary>
    public int Started { get; set; }
}

/// <summary>The ends of tasks that have returned and whose numbers follow one another: a <see cref="FinishedTask"/> each, in fewer
/// words.</summary>
internal sealed record ReturnedTasks
{
    /// <summary>The number of the first task.</summary>
    public required int Sequence { get; set; }

    /// <summary>How long each task took.</summary>
    public required int[] Microseconds { get; set; }

    /// <summary>The result of each task, in JSON; nothing if none of them has one.</summary>
    public ReadOnlyMemory<byte>[] Results { get => field ?? []; set; }

    /// <summary>Says these ends in one row. Each can be followed by the next.</summary>
    public static ReturnedTasks Of(List<FinishedTask> ends) => new()
    {
        Sequence = ends[0].Sequence,
        Microseconds = [.. ends.Select(static end => (int)Math.Min(end.Microseconds, int.MaxValue))],
        Results = ends[0].Result.Kind == PayloadKind.None ? [] : [.. ends.Select(static end => end.Result.Bytes)],
    };

    /// <summary>Whether there is a result for each task or for none.</summary>
    public bool IsWhole => Results.Length == Microseconds.Length || Results.Length == 0;

    public FinishedTask At(int index) => new()
    {
        Sequence = checked(Sequence + index),
        Kind = FinishKind.Returned,
        Result = Results.Length == 0 ? default : PayloadRef.Inline(new Payload(PayloadKind.Json, Results[index])),
        Microseconds = Microseconds[index],
    };
}

/// <summary>How a task ended in the worker.</summary>
internal enum FinishKind
{
    /// <summary>It returned; <see cref="FinishedTask.Result"/> is set.</summary>
    Returned,

    /// <summary>It threw; <see cref="FinishedTask.Error"/> is set.</summary>
    Threw,

    /// <summary>Its method or argument could not be read, so it did not start.</summary>
    ArgumentRefused,

    /// <summary>It returned, but its result could not be written.</summary>
    ResultRefused,

    /// <summary>It streams, but one of its items could not be written.</summary>
    ItemRefused,

    /// <summary>It was cancelled before it started.</summary>
    Skipped,
}

/// <summary>One task's end.</summary>
internal sealed record FinishedTask
{
    public required int Sequence { get; set; }

    public required FinishKind Kind { get; set; }

    public PayloadRef Result { get; set; }

    /// <summary>How long the task took, its payloads included. The coordinator sizes its batches by it.</summary>
    public long Microseconds { get; set; }

    public ExceptionEnvelope? Error { get; set; }

    /// <summary>Whether this end and another one can stand in one row of <see cref="ReturnedTasks"/>.</summary>
    public bool CanBeFollowedBy(FinishedTask next) =>
        next.Sequence == Sequence + 1
        && this is { Kind: FinishKind.Returned, Result: { Kind: PayloadKind.None or PayloadKind.Json, IsOnDataPipe: false } }
        && next is { Kind: FinishKind.Returned, Result.IsOnDataPipe: false }
        && next.Result.Kind == Result.Kind;
}

/// <summary>A worker's first message. Every version has these fields.</summary>
internal sealed record ReadyMessage
{
    public required int ProtocolVersion { get; set; }

    public required int ProcessId { get; set; }

    /// <summary>The worker's file, for the message of a coordinator that speaks another version.</summary>
    public string? Library { get; set; }

    /// <summary>The name of the culture that tasks have in the worker by default; null for the invariant one.</summary>
    public string? Culture { get; set; }

    /// <summary>The same for the culture of the user interface.</summary>
    public string? UICulture { get; set; }

    /// <summary>How many tasks the worker runs at once: as many as <see cref="LaunchMessage.Threads"/> asks for, or the coordinator does
    /// not use it.</summary>
    public int Threads { get => Math.Max(1, field); set; } // 0 in a message that leaves it out
}

/// <summary>A line that a task wrote to its logger.</summary>
internal sealed record LogMessage
{
    public required int Sequence { get; set; }

    public required LogLevel Level { get; set; }

    public required string Text { get; set; }
}

/// <summary>A progress value of a task, of the type that the caller listens for.</summary>
internal sealed record ProgressMessage
{
    public required int Sequence { get; set; }

    /// <summary>Counts the values that are sent: 1, 2, 3 …</summary>
    public required int Number { get; set; }

    public required PayloadRef Value { get; set; }
}

/// <summary>An item of a streaming task.</summary>
internal sealed record ItemMessage
{
    public required int Sequence { get; set; }

    /// <summary>Counts the items in the order in which they were yielded: 1, 2, 3 …</summary>
    public required int Number { get; set; }

    public required PayloadRef Value { get; set; }
}
