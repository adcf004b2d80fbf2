namespace Offloop.Differ;

/// <summary>A thing that a caller can see of a program.</summary>
internal enum Aspect
{
    /// <summary>Whether the call was refused or cancelled, has failed or returned.</summary>
    Outcome,

    /// <summary>The exception, its data, and those in it.</summary>
    Exception,

    /// <summary>Whether the stack trace names the method that threw.</summary>
    Stack,

    Result,

    /// <summary>Whether the result is the argument itself.</summary>
    Identity,

    /// <summary>The argument after the task.</summary>
    Argument,

    Items,

    /// <summary>The last progress, which has what the task saw.</summary>
    Progress,

    Output,

    ErrorOutput,

    /// <summary>The surroundings that the next task finds.</summary>
    Next,
}

/// <summary>What a caller has seen of a program on one executor. Thread-safe.</summary>
internal sealed class Observation
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<Aspect, string> _seen = [];
    private readonly HashSet<Aspect> _dropped = [];

    public IReadOnlyDictionary<Aspect, string> Seen => _seen;

    /// <summary>Notes something; it replaces what was there.</summary>
    public void Note(Aspect aspect, string text)
    {
        lock (_lock)
        {
            if (!_dropped.Contains(aspect))
                _seen[aspect] = text;
        }
    }

    /// <summary>Drops what was noted, and what comes later.</summary>
    public void Drop(Aspect aspect)
    {
        lock (_lock)
        {
            _seen.Remove(aspect);
            _dropped.Add(aspect);
        }
    }

    /// <summary>Adds something to what is there.</summary>
    public void Add(Aspect aspect, string text)
    {
        lock (_lock)
            _seen[aspect] = _seen.TryGetValue(aspect, out string? before) ? $"{before}{Environment.NewLine}{text}" : text;
    }
}
