using System.Collections;

namespace Offloop.Telemetry;

/// <summary>What a log line is about, as named values. Immutable.</summary>
internal sealed class LogScope : IReadOnlyList<KeyValuePair<string, object?>>
{
    private readonly KeyValuePair<string, object?>[] _values;

    private LogScope(IEnumerable<KeyValuePair<string, object?>> values) =>
        _values = [.. values.Where(static value => value.Value is not null)];

    /// <summary>A line about an executor.</summary>
    public static LogScope OfExecutor(string executor) => new([new("Executor", executor)]);

    /// <summary>A line of a task, or of a worker that runs none.</summary>
    /// <param name="executor">The name of the executor.</param>
    /// <param name="worker">The number of the worker, if it has one.</param>
    /// <param name="task">The number of the task.</param>
    /// <param name="name">The name of the task, if it is known.</param>
    /// <param name="trace">The id of its trace, if it has one.</param>
    public static LogScope OfTask(string executor, int? worker, long? task, string? name, string? trace) =>
        new([new("Executor", executor), new("Worker", worker), new("TaskId", task), new("TaskName", name), new("TraceId", trace)]);

    public int Count => _values.Length;

    public KeyValuePair<string, object?> this[int index] => _values[index];

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => _values.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => string.Join(' ', _values.Select(static value => $"{value.Key}:{value.Value}"));
}
