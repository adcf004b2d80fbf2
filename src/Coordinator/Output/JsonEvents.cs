using System.Text.Json;
using System.Text.Json.Serialization;
using Offloop.Coordinator.Clustering;
using Offloop.Coordinator.Fetching;
using Offloop.Coordinator.Statistics;

namespace Offloop.Coordinator.Output;

/// <summary>The JSON of the events: camelCase, without the values that are not known.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(TickEvent))]
[JsonSerializable(typeof(TaskEvent))]
[JsonSerializable(typeof(NodeEvent))]
[JsonSerializable(typeof(SummaryEvent))]
internal sealed partial class JsonEvents : JsonSerializerContext;

internal sealed record TickEvent(string Event, DateTimeOffset Time, double LagMs)
{
    public static TickEvent Of(DateTimeOffset time, TimeSpan lag) => new("tick", time, Milliseconds.Of(lag));
}

internal sealed record TaskEvent(
    string Event, bool Ok, string Url, int? Status, long Bytes, double Ms, int? WorkerPid, string? Failure, string? Message,
    JsonElement? Error)
{
    public static TaskEvent Of(FetchResult result) => new(
        "task", result.Ok, result.Url, result.Status, result.Bytes, Milliseconds.Of(result.Duration), result.ProcessId,
        result.Failure?.Kind, result.Failure?.Message, result.Error is { } error ? JsonElement.Parse(FailureJson.Write(error)) : null);
}

internal sealed record NodeEvent(
    string Event, string Node, string Change, int? ProcessId, string? Address, int? Slots, int? Tasks, string? Reason)
{
    public static NodeEvent Of(NodeNews news) => new(
        "node", news.Node, news.Change, news.ProcessId, news.Address, news.Slots, news.Tasks, news.Reason);
}

internal sealed record SummaryEvent
{
    public string Event { get; } = "summary";
    public required string Executor { get; init; }
    public required int Workers { get; init; }
    public required int ThreadsPerWorker { get; init; }

    /// <summary>The nodes at the end, in the order in which they joined; null for an executor that has none.</summary>
    public required IReadOnlyList<NodeTotal>? Nodes { get; init; }
    public required int Concurrency { get; init; }
    public required double DurationMs { get; init; }
    public required long TicksPrinted { get; init; }
    public required long TicksExpected { get; init; }
    public required double? LagP50Ms { get; init; }
    public required double? LagP99Ms { get; init; }
    public required double LagMaxMs { get; init; }
    public required long FetchesOk { get; init; }
    public required long FetchesFailed { get; init; }
    public required long FetchesUnfinished { get; init; }
    public required int AbandonedThreads { get; init; }
    public required double FetchesPerSecond { get; init; }
    public required double? LatencyP50Ms { get; init; }
    public required double? LatencyP99Ms { get; init; }
    public required IReadOnlyList<FailureCount> Failures { get; init; }
    public required string EventLoop { get; init; }
    public required double? BlockedForMs { get; init; }

    public required string? BlockedBy { get; init; }

    public static SummaryEvent Of(RunSummary summary) => new()
    {
        Executor = Text.Name(summary.Setup.Executor),
        Workers = summary.Setup.Executor == Cli.ExecutorKind.Inline ? 0 : summary.Setup.Workers,
        ThreadsPerWorker = summary.Setup.ThreadsPerWorker,
        Nodes = summary.Nodes,
        Concurrency = summary.Setup.InFlight,
        DurationMs = Milliseconds.Of(summary.Elapsed),
        TicksPrinted = summary.TicksPrinted,
        TicksExpected = summary.TicksExpected,
        LagP50Ms = Milliseconds.Of(summary.LagP50),
        LagP99Ms = Milliseconds.Of(summary.LagP99),
        LagMaxMs = Milliseconds.Of(summary.LagMax),
        FetchesOk = summary.FetchesOk,
        FetchesFailed = summary.FetchesFailed,
        FetchesUnfinished = summary.FetchesUnfinished,
        AbandonedThreads = summary.AbandonedThreads,
        FetchesPerSecond = Math.Round(summary.FetchesPerSecond, 3),
        LatencyP50Ms = Milliseconds.Of(summary.LatencyP50),
        LatencyP99Ms = Milliseconds.Of(summary.LatencyP99),
        Failures = summary.Failures,
        EventLoop = summary.BlockedFor is null ? "free" : "blocked",
        BlockedForMs = Milliseconds.Of(summary.BlockedFor),
        BlockedBy = summary.BlockedBy,
    };
}

/// <summary>Times in milliseconds, rounded to the microsecond.</summary>
internal static class Milliseconds
{
    public static double Of(TimeSpan time) => Math.Round(time.TotalMilliseconds, 3);

    public static double? Of(TimeSpan? time) => time is { } known ? Of(known) : null;
}
