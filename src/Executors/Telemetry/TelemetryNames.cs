using System.Collections.Frozen;

namespace Offloop.Telemetry;

/// <summary>Names of what is measured and traced, after OpenTelemetry's conventions. They are stable; docs/telemetry.md explains them.
/// </summary>
internal static class TelemetryNames
{
    public const string Meter = "Offloop.Executors";
    public const string Source = "Offloop.Executors";

    public const string ExecutorName = "offloop.executor.name";
    public const string ExecutorKind = "offloop.executor.kind";
    public const string TaskName = "offloop.task.name";
    public const string TaskId = "offloop.task.id";
    public const string TaskAttempt = "offloop.task.attempt";
    public const string TaskOutcome = "offloop.task.outcome";
    public const string TaskCause = "offloop.task.cause";
    public const string WorkerId = "offloop.worker.id";
    public const string WorkerState = "offloop.worker.state";
    public const string WorkerEnd = "offloop.worker.end";
    public const string LoopName = "offloop.loop.name";
    public const string SpansLost = "offloop.task.spans_lost";
    public const string ProcessId = "process.pid";
    public const string ErrorType = "error.type";

    /// <summary>The tags of everything that is measured about an executor.</summary>
    public static KeyValuePair<string, object?>[] TagsOf(string name, string kind) => [new(ExecutorName, name), new(ExecutorKind, kind)];

    /// <summary>A value of an enumeration in the way in which attributes are written.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum =>
        Values<T>.Names[value];

    public static string Version { get; } = typeof(TelemetryNames).Assembly.GetName().Version!.ToString(3);

    private static class Values<T>
        where T : struct, Enum
    {
        public static FrozenDictionary<T, string> Names { get; } = Enum.GetValues<T>().ToFrozenDictionary(static value => value, SnakeCase);

        private static string SnakeCase(T value) => string.Concat(value.ToString().Select(static (letter, i) =>
            char.IsUpper(letter) ? (i == 0 ? "" : "_") + char.ToLowerInvariant(letter) : letter.ToString()));
    }
}
