using System.Text.Json;
using System.Text.Json.Serialization;
using Offloop.Dashboard.Recording;
using Offloop.Telemetry;

namespace Offloop.Dashboard.Documents;

/// <summary>What the dashboard shows at one moment. docs/dashboard.md specifies it as JSON.</summary>
internal sealed record DashboardDocument
{
    public required DateTimeOffset Time { get; init; }

    public required ProcessEntry Process { get; init; }

    /// <summary>What the readers of the page may do: the paths of the actions.</summary>
    public required string[] Actions { get; init; }

    public required LoopFigures[] Loops { get; init; }

    public required ExecutorEntry[] Executors { get; init; }
}

/// <summary>The process that is shown.</summary>
internal sealed record ProcessEntry
{
    public required int Id { get; init; }

    public required string Name { get; init; }

    public required DateTimeOffset Started { get; init; }

    /// <summary>The version of Offloop.</summary>
    public required string Version { get; init; }
}

/// <summary>One executor of the process.</summary>
internal sealed record ExecutorEntry
{
    public required int Id { get; init; }

    public required string Name { get; init; }

    public required string Kind { get; init; }

    public required ExecutorState State { get; init; }

    public required string? StateReason { get; init; }

    public required DateTimeOffset StateSince { get; init; }

    public required int Queued { get; init; }

    public required int Running { get; init; }

    public required long Succeeded { get; init; }

    public required long Failed { get; init; }

    public required long Cancelled { get; init; }

    public required long TimedOut { get; init; }

    public required long Lost { get; init; }

    public required int AbandonedThreads { get; init; }

    /// <summary>What is computed while somebody looks; null if the executor is closed.</summary>
    public required LiveFigures? Live { get; init; }

    public required bool CanRecycle { get; init; }

    public required WorkerEntry[] Workers { get; init; }

    public required long Restarts { get; init; }

    /// <summary>The last workers that are gone, the newest first.</summary>
    public required WorkerEnd[] WorkerEnds { get; init; }

    /// <summary>The last failures, the newest first. The stream of the page sends them apart.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FailedRun[]? Failures { get; init; }

    public static ExecutorEntry? From(ExecutorRecord record) => record.Read() is { } facts ? From(record, facts) : null;

    private static ExecutorEntry From(ExecutorRecord record, ExecutorFacts facts)
    {
        ExecutorSnapshot snapshot = facts.Snapshot;
        return new ExecutorEntry
        {
            Id = record.Id,
            Name = record.Name,
            Kind = record.Kind,
            State = snapshot.State,
            StateReason = snapshot.StateReason,
            StateSince = snapshot.StateSince,
            Queued = snapshot.Queued,
            Running = snapshot.Running,
            Succeeded = snapshot.Succeeded,
            Failed = snapshot.Failed,
            Cancelled = snapshot.Cancelled,
            TimedOut = snapshot.TimedOut,
            Lost = snapshot.Lost,
            AbandonedThreads = snapshot.AbandonedThreads,
            Live = facts.Numbers,
            CanRecycle = facts.CanRecycle,
            Workers = [.. snapshot.Workers.Select(WorkerEntry.From)],
            Restarts = facts.Restarts,
            WorkerEnds = facts.Ends,
        };
    }
}

/// <summary>One worker: a process or a thread.</summary>
internal sealed record WorkerEntry
{
    public required int Id { get; init; }

    public required int? ProcessId { get; init; }

    public required WorkerState State { get; init; }

    public required double AgeSeconds { get; init; }

    public required long TasksDone { get; init; }

    public required long? ResidentBytes { get; init; }

    /// <summary>The name of the node that it is, in a cluster.</summary>
    public required string? Node { get; init; }

    public required string? NodeAddress { get; init; }

    /// <summary>How many tasks the node runs at once.</summary>
    public required int? Slots { get; init; }

    public required TaskEntry[] Tasks { get; init; }

    public static WorkerEntry From(WorkerSnapshot worker) => new()
    {
        Id = worker.Id,
        ProcessId = worker.ProcessId,
        State = worker.State,
        AgeSeconds = Math.Round(worker.Age.TotalSeconds, 1),
        TasksDone = worker.TasksDone,
        ResidentBytes = worker.ResidentBytes,
        Node = worker.Node?.Name,
        NodeAddress = worker.Node?.Address,
        Slots = worker.Node?.Slots,
        Tasks = [.. worker.Tasks.Select(TaskEntry.From)],
    };
}

/// <summary>A task that a worker has.</summary>
internal sealed record TaskEntry
{
    public required long Id { get; init; }

    public required string Name { get; init; }

    public required int Attempt { get; init; }

    public required double AgeSeconds { get; init; }

    public static TaskEntry From(TaskSnapshot task) => new()
    {
        Id = task.Id,
        Name = task.Name,
        Attempt = task.Attempt,
        AgeSeconds = Math.Round(task.Age.TotalSeconds, 1),
    };
}

/// <summary>The failures of one executor, as the stream of the page sends them.</summary>
internal sealed record ExecutorFailures(int Id, FailedRun[] Failures);

/// <summary>How the document is written. All names are in camel case, and so are the values of enumerations.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    Converters =
    [
        typeof(CamelCase<ExecutorState>), typeof(CamelCase<WorkerState>), typeof(CamelCase<WorkerEndKind>),
        typeof(CamelCase<OutcomeKind>), typeof(CamelCase<FailureCause>), typeof(CamelCase<TaskPhase>),
    ])]
[JsonSerializable(typeof(DashboardDocument))]
[JsonSerializable(typeof(ExecutorFailures[]))]
internal sealed partial class DashboardJson : JsonSerializerContext;

/// <summary>Writes an enumeration by its names.</summary>
internal sealed class CamelCase<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;
