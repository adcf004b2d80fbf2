namespace Offloop.Soak.Sampling;

/// <summary>The caller at one moment. Sizes are in bytes.</summary>
internal sealed record Sample
{
    /// <summary>The time since the beginning.</summary>
    public required TimeSpan At { get; init; }

    /// <summary>Resident memory, shared pages included.</summary>
    public required long Resident { get; init; }

    /// <summary>Resident memory that is the process's own and written to: managed and native heaps, stacks.</summary>
    public required long PrivateDirty { get; init; }

    /// <summary>The managed heap after a full collection; null for samples without one.</summary>
    public required long? ManagedHeap { get; init; }

    /// <summary>What the garbage collector has committed, used or not.</summary>
    public required long Committed { get; init; }

    public required int Handles { get; init; }

    public required int Threads { get; init; }

    public required long Timers { get; init; }

    /// <summary>Files, directories and sockets in the temporary directory.</summary>
    public required int Files { get; init; }

    /// <summary>Child processes, starting ones and zombies included.</summary>
    public required int Children { get; init; }

    /// <summary>The cores that the caller and its workers used since the sample before.</summary>
    public required double Cores { get; init; }

    /// <summary>The tasks that ended as they should.</summary>
    public required int Ended { get; init; }

    /// <summary>The tasks that were lost with their worker.</summary>
    public required int Lost { get; init; }

    /// <summary>The workers that were started.</summary>
    public required int Started { get; init; }
}
