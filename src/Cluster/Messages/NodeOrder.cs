namespace Offloop.Cluster.Messages;

/// <summary>What a coordinator tells a node about one task of their session, which has a number there.</summary>
[GenerateSerializer, Immutable]
internal abstract record NodeOrder([property: Id(0)] int Sequence) : ISized
{
    public virtual int Bytes => 0;
}

/// <summary>Runs a task. The node has a free slot for it.</summary>
[GenerateSerializer, Immutable]
internal sealed record RunOrder(int Sequence) : NodeOrder(Sequence)
{
    /// <summary>The number of the method in this session.</summary>
    [Id(0)]
    public required int Method { get; init; }

    /// <summary>Its identity, with its first use in the session; otherwise null.</summary>
    [Id(1)]
    public byte[]? Definition { get; init; }

    [Id(2)]
    public required long TaskId { get; init; }

    [Id(3)]
    public required int Attempt { get; init; }

    /// <summary>The name of the task; null for that of its method.</summary>
    [Id(4)]
    public string? Name { get; init; }

    [Id(5)]
    public required bool ReportStart { get; init; }

    [Id(6)]
    public string? ProgressType { get; init; }

    [Id(7)]
    public required bool IsStream { get; init; }

    [Id(8)]
    public string? Culture { get; init; }

    [Id(9)]
    public string? UICulture { get; init; }

    [Id(10)]
    public string? TraceParent { get; init; }

    [Id(11)]
    public string? TraceState { get; init; }

    [Id(12)]
    public string[] Baggage { get; init; } = [];

    [Id(13)]
    public Carried Argument { get; init; }

    public override int Bytes => Argument.Bytes.Length;
}

/// <summary>Cancels the token of a task, or ends it by force.</summary>
[GenerateSerializer, Immutable]
internal sealed record EndOrder(int Sequence) : NodeOrder(Sequence)
{
    /// <summary>Whether it is ended by force now.</summary>
    [Id(0)]
    public bool IsForced { get; init; }
}

/// <summary>A task may send more items.</summary>
[GenerateSerializer, Immutable]
internal sealed record CreditOrder(int Sequence, [property: Id(0)] int Count) : NodeOrder(Sequence);

/// <summary>The last value of progress has been delivered.</summary>
[GenerateSerializer, Immutable]
internal sealed record ProgressTakenOrder(int Sequence) : NodeOrder(Sequence);

/// <summary>A piece of a payload that a later order mentions.</summary>
[GenerateSerializer, Immutable]
internal sealed record PieceOrder([property: Id(0)] Piece Piece) : NodeOrder(0)
{
    public override int Bytes => Piece.Bytes.Length;
}

/// <summary>The coordinator needs the node no more.</summary>
[GenerateSerializer, Immutable]
internal sealed record DismissOrder() : NodeOrder(0);

/// <summary>A piece of a large payload.</summary>
/// <param name="Transfer">The number of the transfer: 1, 2, 3 … in each direction of a session.</param>
/// <param name="Length">The length of the whole payload.</param>
/// <param name="Offset">Where this piece begins. The pieces come in order.</param>
/// <param name="Bytes">The piece.</param>
[GenerateSerializer, Immutable]
internal sealed record Piece(
    [property: Id(0)] long Transfer, [property: Id(1)] long Length, [property: Id(2)] long Offset, [property: Id(3)] byte[] Bytes)
{
    /// <summary>The longest piece: long enough that few calls are made, and short enough that no other message waits long.</summary>
    public const int MaxBytes = 1 << 20;
}
