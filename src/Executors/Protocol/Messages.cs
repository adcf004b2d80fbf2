using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using Offloop.Invocation;
using Offloop.Payloads;

namespace Offloop.Protocol;

/// <summary>Tasks for a worker, to be run in this order.</summary>
internal sealed record RunBatch(RunRequest[] Items);

/// <summary>One task for a worker.</summary>
internal sealed record RunRequest
{
    /// <summary>The number that stands for the initializer.</summary>
    public const int InitializerSequence = 0;

    /// <summary>The task's number on this worker: 1, 2, 3 …</summary>
    public required int Sequence { get; init; }

    /// <summary>Which method; <see cref="Definition"/> is sent with its first use on this worker.</summary>
    public required int Method { get; init; }

    public MethodIdentity? Definition { get; init; }

    public required long TaskId { get; init; }

    public required int Attempt { get; init; }

    /// <summary>Whether the coordinator has to know when the task starts, for its timeout.</summary>
    public bool ReportStart { get; init; }

    /// <summary>The assembly-qualified name of the type of progress that the caller listens for, or null where nobody listens.</summary>
    public string? ProgressType { get; init; }

    /// <summary>How many items a task that streams may send at first; null where it does not stream.</summary>
    public int? Credit { get; init; }

    public required PayloadRef Argument { get; init; }
}

/// <summary>What became of tasks since the last report.</summary>
internal sealed record WorkerReport
{
    public FinishedTask[] Finished { get => field ?? []; init; } // generated JSON code passes null for what a message leaves out

    /// <summary>Tasks that waited behind one that turned out long; they have not started and will not.</summary>
    public int[] GivenBack { get => field ?? []; init; }

    /// <summary>The number of a task that has just started, or 0.</summary>
    public int Started { get; init; }
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

    /// <summary>It returned, and its result could not be written.</summary>
    ResultRefused,

    /// <summary>It streams, and one of its items could not be written.</summary>
    ItemRefused,

    /// <summary>It was cancelled before it started.</summary>
    Skipped,
}

/// <summary>One task's end.</summary>
internal sealed record FinishedTask
{
    public required int Sequence { get; init; }

    public required FinishKind Kind { get; init; }

    public PayloadRef Result { get; init; }

    /// <summary>How long the task took, its payloads included; what a batch should hold is judged by it.</summary>
    public long Microseconds { get; init; }

    public ExceptionEnvelope? Error { get; init; }
}

/// <summary>A worker's first message.</summary>
internal sealed record ReadyMessage(int ProtocolVersion, int ProcessId);

/// <summary>A line that a task wrote to its logger.</summary>
internal sealed record LogMessage(int Sequence, LogLevel Level, string Text);

/// <summary>A value of a task's progress.</summary>
/// <param name="Sequence">The task.</param>
/// <param name="Number">1, 2, 3 … of those that are sent.</param>
/// <param name="Value">The value, of the type that the caller listens for.</param>
internal sealed record ProgressMessage(int Sequence, int Number, PayloadRef Value);

/// <summary>An item of a task that streams.</summary>
/// <param name="Sequence">The task.</param>
/// <param name="Number">1, 2, 3 … in the order in which they were yielded.</param>
/// <param name="Value">The item.</param>
internal sealed record ItemMessage(int Sequence, int Number, PayloadRef Value);

/// <summary>The generated JSON contract of what <see cref="MessageJson"/> leaves to the serializer, so that neither side reflects over it.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RunRequest))]
[JsonSerializable(typeof(MethodIdentity))]
[JsonSerializable(typeof(ExceptionEnvelope))]
[JsonSerializable(typeof(LogMessage))]
[JsonSerializable(typeof(ProgressMessage))]
[JsonSerializable(typeof(ItemMessage))]
internal sealed partial class ProtocolJson : JsonSerializerContext;
