namespace Offloop.Cluster.Messages;

/// <summary>What a node says of itself when it asks to work for a coordinator.</summary>
[GenerateSerializer, Immutable]
internal sealed record NodeCard
{
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>Where its silo listens.</summary>
    [Id(1)]
    public required string Address { get; init; }

    [Id(2)]
    public required int ProcessId { get; init; }

    /// <summary>How many tasks it runs at once.</summary>
    [Id(3)]
    public required int Slots { get; init; }

    [Id(4)]
    public required string[] Labels { get; init; }
}

/// <summary>The answer to a node that asks to work for a coordinator.</summary>
[GenerateSerializer, Immutable]
internal sealed record JoinAnswer
{
    /// <summary>Why it is refused; null if it is not.</summary>
    [Id(0)]
    public string? Refusal { get; init; }

    /// <summary>Names the session. All that is said between the two is said in it, and it never begins again once it is over.</summary>
    [Id(1)]
    public Guid Session { get; init; }

    /// <summary>The time that the node has without an answer before it ends what it runs.</summary>
    [Id(2)]
    public TimeSpan NodeTimeout { get; init; }

    [Id(3)]
    public long MaxMessageBytes { get; init; }

    /// <summary>The method that changes how payloads are written, for the workers; null if there is none.</summary>
    [Id(4)]
    public byte[]? JsonOptions { get; init; }

    [Id(5)]
    public Initialization? Initializer { get; init; }

    [Id(6)]
    public Initialization? ThreadInitializer { get; init; }
}

/// <summary>A method that each worker of a node runs once before its first task.</summary>
/// <param name="Method">Its identity.</param>
/// <param name="Argument">Its argument.</param>
[GenerateSerializer, Immutable]
internal sealed record Initialization([property: Id(0)] byte[] Method, [property: Id(1)] Carried Argument);

/// <summary>What a node says when it renews its lease.</summary>
[GenerateSerializer, Immutable]
internal sealed record NodeCondition
{
    /// <summary>Whether it takes no more tasks, because it is leaving.</summary>
    [Id(0)]
    public bool IsDraining { get; init; }

    /// <summary>Why it can run no tasks now, or null.</summary>
    [Id(1)]
    public string? Trouble { get; init; }
}
