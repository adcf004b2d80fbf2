using System.Collections;
using System.Diagnostics;

namespace Offloop.Telemetry;

/// <summary>What a log line is about, as named values. They are put together when a line is written, because most tasks write none.
/// Immutable.</summary>
/// <param name="executor">The name of the executor.</param>
/// <param name="worker">The number of the worker, if it has one.</param>
/// <param name="task">The number of the task, if the line is about one.</param>
/// <param name="name">The name of the task, if it is known.</param>
/// <param name="parent">The id of the activity of its submitter, or null.</param>
internal sealed class LogScope(string executor, int? worker = null, long? task = null, string? name = null, string? parent = null)
    : IReadOnlyList<KeyValuePair<string, object?>>
{
    private KeyValuePair<string, object?>[] Values => field ??=
    [
        .. new KeyValuePair<string, object?>[]
        {
            new("Executor", executor), new("Worker", worker), new("TaskId", task), new("TaskName", name),
            new("TraceId", ActivityContext.TryParse(parent, null, out ActivityContext trace) ? trace.TraceId.ToHexString() : null),
        }.Where(static value => value.Value is not null),
    ];

    public int Count => Values.Length;

    public KeyValuePair<string, object?> this[int index] => Values[index];

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => Values.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => string.Join(' ', Values.Select(static value => $"{value.Key}:{value.Value}"));
}
