using System.Text.Json.Nodes;

namespace Offloop.Recording;

/// <summary>Lets the application's method decide what is written of one run.</summary>
/// <param name="redact">The method, or null.</param>
/// <param name="task">The name of the task's method.</param>
/// <param name="failed">Called with the name of a value for which the method threw.</param>
internal sealed class Redaction(Func<string, string, JsonNode?, JsonNode?>? redact, string task, Action<string> failed)
{
    private readonly List<string> _changed = [];
    private readonly List<string> _leftOut = [];

    /// <summary>The names of the values that it has changed.</summary>
    public IReadOnlyList<string> Changed => _changed;

    /// <summary>The names of the values for which it threw.</summary>
    public IReadOnlyList<string> LeftOut => _leftOut;

    /// <summary>Returns what is written in place of a value; null if the method threw.</summary>
    public RawJson? Json(string name, RawJson value)
    {
        if (redact is null)
            return value;
        try
        {
            JsonNode? before = value.ToNode();
            JsonNode? after = redact(task, name, before);
            if (JsonNode.DeepEquals(after, value.ToNode())) // read again: the method may have changed the tree itself
                return value;
            _changed.Add(name);
            return RawJson.Of(after);
        }
        catch (Exception) // the method may throw anything; what it would have hidden is left out, and its message may hold it
        {
            _leftOut.Add(name);
            failed(name);
            return null;
        }
    }

    /// <summary>Gets what is written in place of a text. Returns false if the method threw: null is a value too.</summary>
    public bool TryText(string name, string? value, out string? written)
    {
        written = value;
        if (redact is null)
            return true;
        RawJson? json = Json(name, RawJson.Of(value));
        written = json?.ToNode() switch
        {
            null => null,
            JsonValue text when text.TryGetValue(out string? plain) => plain,
            var other => other.ToJsonString(),
        };
        return json is not null;
    }
}
