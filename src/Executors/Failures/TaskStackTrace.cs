namespace Offloop;

/// <summary>Where a task was at one moment, read from outside of its process. Immutable.</summary>
public sealed record TaskStackTrace
{
    /// <summary>The methods that the task's thread was in, the innermost first, with their types and their parameters' types. Empty if they
    /// could not be read; <see cref="Note"/> says why.</summary>
    public required IReadOnlyList<string> Frames { get; init; }

    /// <summary>The lock that the thread waited to enter and who held it, in words, if it waited for a <see cref="Monitor"/>; otherwise
    /// null.</summary>
    public string? WaitsFor { get; init; }

    /// <summary>Why <see cref="Frames"/> is empty or not whole, in one sentence; otherwise null.</summary>
    public string? Note { get; init; }

    /// <summary>The frames in lines, as a stack trace has them, then <see cref="WaitsFor"/> and <see cref="Note"/> if there are
    /// any.</summary>
    public override string ToString() =>
        string.Join(Environment.NewLine, [.. Frames.Select(static frame => $"   at {frame}"), .. Remarks()]);

    /// <summary>The place in one sentence, for messages: the innermost method that is not of the framework, and what it had called
    /// there.</summary>
    internal string Sentence
    {
        get
        {
            if (Frames.Count == 0)
                return Note is null ? "" : $"Where it was is not known: {Note}";
            int own = Math.Max(0, Frames.ToList().FindIndex(static frame => !IsOfFramework(frame)));
            string call = own == 0 ? "" : $", in a call of {Frames[own - 1]}";
            string wait = WaitsFor is null ? "" : $", and waited for {WaitsFor}";
            return $"It was in {Frames[own]}{call}{wait}.";
        }
    }

    private static bool IsOfFramework(string frame) =>
        frame.StartsWith("System.", StringComparison.Ordinal) || frame.StartsWith("Microsoft.", StringComparison.Ordinal)
        || frame.StartsWith("Interop", StringComparison.Ordinal);

    private IEnumerable<string> Remarks()
    {
        if (WaitsFor is not null)
            yield return $"   It waits for {WaitsFor}.";
        if (Note is not null)
            yield return $"   {Note}";
    }
}
