namespace Offloop;

/// <summary>A task that ran in the same worker as another one. Immutable.</summary>
public sealed record TaskNeighbour
{
    /// <summary>Its number, unique within its executor.</summary>
    public required long TaskId { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }
}
