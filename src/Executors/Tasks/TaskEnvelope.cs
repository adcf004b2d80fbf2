using Offloop.Invocation;
using Offloop.Payloads;
using Offloop.Surroundings;

namespace Offloop.Tasks;

/// <summary>The part of a task that travels, apart from the way in which it travels. A message on a pipe with its frames carries the same
/// envelope as a call to another machine would. Immutable.</summary>
internal readonly record struct TaskEnvelope
{
    public required long TaskId { get; init; }

    public required int Attempt { get; init; }

    /// <summary>The method. Its number is enough once the other side knows its identity.</summary>
    public required MethodEntry Method { get; init; }

    public required Payload Argument { get; init; }

    /// <summary>The cultures and the trace context of the submitter.</summary>
    public required TaskSurroundings Surroundings { get; init; }

    /// <summary>Whether the other side has to report the start.</summary>
    public required bool ReportStart { get; init; }

    /// <summary>The type of progress that the caller listens for, or null if nobody listens.</summary>
    public required string? ProgressType { get; init; }

    /// <summary>How many items a task that streams may send at first; null if it does not stream.</summary>
    public required int? Credit { get; init; }
}
