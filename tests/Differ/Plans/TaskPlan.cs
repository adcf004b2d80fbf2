namespace Offloop.Differ;

/// <summary>One program, as data: what its submitter sets, what its task does, and how the task ends. It travels to a worker as the
/// argument of the task. Immutable but for the <see cref="Notes"/>.</summary>
internal sealed record TaskPlan
{
    public PlanForm Form { get; init; }

    /// <summary>The value that is passed, if the form passes one.</summary>
    public ValueOrder Value { get; init; } = new("Int32", 0);

    public Submitter Submitter { get; init; } = new();

    public Step[] Steps { get; init; } = [];

    public Ending Ending { get; init; }

    /// <summary>The exception of <see cref="Ending.Throw"/>.</summary>
    public ExceptionPlan Exception { get; init; } = new();

    /// <summary>After how many items the consumer of a stream stops; null if it takes all.</summary>
    public int? StopAfter { get; init; }

    /// <summary>Whether the token is cancelled before the task is submitted.</summary>
    public bool IsCancelledBefore { get; init; }

    /// <summary>Something in the argument that the task may change.</summary>
    public List<int> Notes { get; init; } = [];

    /// <summary>Whether the token is cancelled at any time.</summary>
    public bool CancelsItsToken() => IsCancelledBefore || Steps.Any(static step => step.Kind == StepKind.AwaitCancellation);
}

/// <summary>The use that a program makes of an executor.</summary>
internal enum PlanForm
{
    /// <summary>A task that takes steps and ends.</summary>
    Task,

    /// <summary>The same as a stream, with one item after each step.</summary>
    Stream,

    /// <summary>A value as argument and result.</summary>
    Echo,

    /// <summary>A value that the task makes as its result.</summary>
    Return,

    /// <summary>The same as an item of a stream.</summary>
    Yield,

    /// <summary>The same as progress.</summary>
    Report,
}

/// <summary>A kind of value, and the seed that makes one.</summary>
internal sealed record ValueOrder(string Case, int Seed);

/// <summary>The surroundings in which a task is submitted.</summary>
internal sealed record Submitter
{
    public string? Local { get; init; }

    public string Culture { get; init; } = "";

    public string UICulture { get; init; } = "";

    public bool HasCustomCulture { get; init; }

    public bool HasActivity { get; init; }

    public string? TraceState { get; init; }

    /// <summary>Keys and values in turn.</summary>
    public string[] Baggage { get; init; } = [];
}

/// <summary>Something that a task does.</summary>
internal sealed record Step(StepKind Kind, string Text = "");

internal enum StepKind
{
    /// <summary>Notes its surroundings.</summary>
    Look,

    SetLocal,

    SetCulture,

    SetUICulture,

    StartActivity,

    AddBaggage,

    SetThreadName,

    LowerPriority,

    SetSynchronization,

    WriteLine,

    WriteErrorLine,

    /// <summary>Writes without ending the line.</summary>
    WritePart,

    /// <summary>Reports progress. A later report may overtake it.</summary>
    Report,

    /// <summary>Changes its argument.</summary>
    ChangeArgument,

    /// <summary>Interrupts its own thread, and waits for nothing after that.</summary>
    Interrupt,

    /// <summary>Asks its caller to cancel it, and waits for that.</summary>
    AwaitCancellation,
}

internal enum Ending
{
    /// <summary>Returns.</summary>
    Return,

    /// <summary>Throws the exception of the plan.</summary>
    Throw,

    /// <summary>Throws because its token is cancelled, or returns if it is not.</summary>
    ThrowIfCancelled,
}
