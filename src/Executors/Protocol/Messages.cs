using Microsoft.Extensions.Logging;
using Offloop.Invocation;
using Offloop.Payloads;

namespace Offloop.Protocol;

/// <summary>Tasks for a worker, which runs them in this order.</summary>
internal sealed record RunBatch
{
    public required RunRequest[] Items { get; set; }
}

/// <summary>One task for a worker.</summary>
internal sealed record RunRequest
{
    /// <summary>The number of the initializer, which runs before the first task.</summary>
    public const int InitializerSequence = 0;

    /// <summary>The task's number on this worker: 1, 2, 3 …</summary>
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
}

/// <summary>News about tasks since the last report.</summary>
internal sealed record WorkerReport
{
    public FinishedTask[] Finished { get => field ?? []; set; } // null in a message that leaves it out

    /// <summary>Tasks that waited behind a task that turned out long. They have not started and will not.</summary>
    public int[] GivenBack { get => field ?? []; set; }

    /// <summary>The number of a task that has just started, or 0.</summary>
    public int Started { get; set; }
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
