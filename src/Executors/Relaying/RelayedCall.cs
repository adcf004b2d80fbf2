using Microsoft.Extensions.Logging;
using Offloop.Invocation;
using Offloop.Payloads;
using Offloop.Protocol;
using Offloop.Scheduling;
using Offloop.Surroundings;

namespace Offloop.Relaying;

/// <summary>A task of another process, as it came from there: this process passes its bytes on unread. Immutable.</summary>
internal sealed record RelayedCall
{
    /// <summary>The number that the task has in the process that submitted it.</summary>
    public required long TaskId { get; init; }

    public required int Attempt { get; init; }

    public required MethodEntry Method { get; init; }

    /// <summary>The name of the task; null for the name of its method.</summary>
    public string? Name { get; init; }

    public required Payload Argument { get; init; }

    public required TaskSurroundings Surroundings { get; init; }

    /// <summary>Whether the submitter has to hear of the start.</summary>
    public bool ReportStart { get; init; }

    /// <summary>The type of progress that the submitter listens for, or null.</summary>
    public string? ProgressType { get; init; }

    /// <summary>Whether the task streams.</summary>
    public bool IsStream { get; init; }
}

/// <summary>The end of a task that was passed on: as the worker has sent it, or the facts if there is none.</summary>
/// <param name="Slot">Where it ran.</param>
internal abstract record RelayedEnd(SlotFacts Slot)
{
    /// <summary>The task has ended by itself.</summary>
    internal sealed record Finished(FinishedTask End, Payload Result, SlotFacts Slot) : RelayedEnd(Slot);

    /// <summary>The task was ended, or lost with its worker.</summary>
    internal sealed record Lost(TaskFailure Facts) : RelayedEnd(SlotFacts.Anonymous);

    /// <summary>The task was not run and is not going to be.</summary>
    internal sealed record GivenBack() : RelayedEnd(SlotFacts.Anonymous);
}

/// <summary>Who has sent a task here, and hears what comes of it. The calls about one task come one after the other, on any thread and
/// outside every lock; none of them throws or waits.</summary>
internal interface IRelayedTaskOwner
{
    void Started(RelayedTask task);

    /// <summary>A value of progress. The next one comes after <see cref="RelayedTask.ProgressTaken"/>, or as the last.</summary>
    void Progress(RelayedTask task, Payload value);

    /// <summary>A line that the task has written to its logger.</summary>
    void Log(RelayedTask task, LogLevel level, string text);

    /// <summary>An item of a stream. Each needs credit (<see cref="RelayedTask.Credit"/>), of which there is some at first.</summary>
    void Item(RelayedTask task, Payload value);

    void Ended(RelayedTask task, RelayedEnd end);
}
