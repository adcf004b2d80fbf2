namespace Offloop.Model.Seam;

/// <summary>The options of one scheduler.</summary>
internal sealed record SchedulerSetup
{
    public int Capacity { get; init; } = int.MaxValue;

    /// <summary>Whether a full queue rejects a task; otherwise the task waits.</summary>
    public bool Rejects { get; init; }

    /// <summary>The timeout of a task that has none; null for no limit.</summary>
    public TimeSpan? TaskTimeout { get; init; }

    public TimeSpan Grace { get; init; }

    /// <summary>How long a forced end may stay unseen before its slot is given up.</summary>
    public TimeSpan Patience { get; init; }
}

/// <summary>One task to submit.</summary>
internal sealed record TaskSpec
{
    /// <summary>Its number: the order of the submits.</summary>
    public required int Number { get; init; }

    public int Priority { get; init; }

    public TimeSpan? Timeout { get; init; }

    public int CrashRetries { get; init; }

    /// <summary>How many of its kind travel together; null if nothing is asked for.</summary>
    public int? ChunkSize { get; init; }

    /// <summary>The label that a slot needs to run it.</summary>
    public string? Requires { get; init; }
}

/// <summary>One fake slot.</summary>
internal sealed record SlotSpec
{
    public required int Number { get; init; }

    /// <summary>How many tasks may run at once.</summary>
    public int Concurrency { get; init; } = 1;

    /// <summary>How many tasks may be there, running or travelling ahead. It may change while the slot lives.</summary>
    public int Window { get; init; } = 1;

    /// <summary>How many tasks of one chunk may be there.</summary>
    public int ChunkWindow { get; init; }

    /// <summary>How many tasks the slot takes in its life.</summary>
    public long TaskLimit { get; init; } = long.MaxValue;

    public string? Label { get; init; }

    /// <summary>Whether it may end a task, or die, inside the call that brings the task.</summary>
    public bool AnswersAtOnce { get; init; }
}

/// <summary>How a task ended by itself: with a result, or with an exception.</summary>
internal sealed record OwnEnd(int Task, int Result, Exception? Exception)
{
    public override string ToString() => $"task {Task} {Exception?.Message ?? "with a result"}";
}

/// <summary>What is known of one task of a slot that died.</summary>
internal sealed record LostFact(int Task, Phase Phase, bool IsSuspect)
{
    /// <summary>Whether others ran beside it.</summary>
    public bool IsShared { get; init; }

    public override string ToString() => $"task {Task} {Phase}{(IsSuspect ? " and suspect" : "")}{(IsShared ? " beside others" : "")}";
}

/// <summary>The numbers that the scheduler tells about itself.</summary>
internal sealed record Numbers
{
    public required ExecutorState State { get; init; }

    public required int Queued { get; init; }

    public required int Running { get; init; }

    /// <summary>How many tasks more slots could take: those in the queue, and those behind another in a slot.</summary>
    public required int Demand { get; init; }

    public required long Succeeded { get; init; }

    public required long Failed { get; init; }

    public required long Cancelled { get; init; }

    public required long TimedOut { get; init; }

    public required long Lost { get; init; }
}
