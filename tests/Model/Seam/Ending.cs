namespace Offloop.Model.Seam;

/// <summary>How a task can end for its caller.</summary>
internal enum EndingKind
{
    Succeeded,

    /// <summary>With the exception that the task threw.</summary>
    Thrown,

    Cancelled,

    TimedOut,

    Lost,

    QueueFull,

    /// <summary>The executor is broken.</summary>
    Broken,

    /// <summary>The executor was shut down before the task came.</summary>
    Refused,

    /// <summary>With an exception that the model knows nothing about.</summary>
    Unknown,
}

/// <summary>How far a task had come when its slot was lost.</summary>
internal enum Phase
{
    NotStarted,
    Running,
    ResultLost,

    /// <summary>Nobody saw the slot die.</summary>
    Unknown,
}

/// <summary>The outcome of a task as its caller sees it.</summary>
internal sealed record Ending(EndingKind Kind)
{
    public int? Result { get; init; }

    public Exception? Exception { get; init; }

    public CancellationToken? Token { get; init; }

    public FailureCause? Cause { get; init; }

    public Phase? Phase { get; init; }

    public int? Attempt { get; init; }

    /// <summary>How many lost runs the failure lists.</summary>
    public int? LostRuns { get; init; }

    public override string ToString()
    {
        List<string> facts = [];
        Add(Result, "result");
        Add(Exception?.Message, "exception");
        Add(Token is { } token ? (token.CanBeCanceled ? "the caller's" : "none") : null, "token");
        Add(Cause, "cause");
        Add(Phase, "phase");
        Add(Attempt, "attempt");
        Add(LostRuns, "lost runs");
        return facts.Count == 0 ? $"{Kind}" : $"{Kind} ({string.Join(", ", facts)})";

        void Add(object? value, string name)
        {
            if (value is not null)
                facts.Add($"{name} {value}");
        }
    }
}
