using Microsoft.Extensions.Logging;

namespace Offloop.Cluster.Messages;

/// <summary>What a node tells its coordinator about one task of their session.</summary>
[GenerateSerializer, Immutable]
internal abstract record NodeReport([property: Id(0)] int Sequence) : ISized
{
    public virtual int Bytes => 0;
}

/// <summary>The task has started.</summary>
[GenerateSerializer, Immutable]
internal sealed record StartedReport(int Sequence) : NodeReport(Sequence);

/// <summary>A value of progress.</summary>
[GenerateSerializer, Immutable]
internal sealed record ProgressReport(int Sequence, [property: Id(0)] Carried Value) : NodeReport(Sequence)
{
    public override int Bytes => Value.Bytes.Length;
}

/// <summary>A line that the task has written to its logger.</summary>
[GenerateSerializer, Immutable]
internal sealed record LogReport(int Sequence, [property: Id(0)] LogLevel Level, [property: Id(1)] string Text) : NodeReport(Sequence)
{
    public override int Bytes => Text.Length;
}

/// <summary>An item of a stream.</summary>
[GenerateSerializer, Immutable]
internal sealed record ItemReport(int Sequence, [property: Id(0)] Carried Value) : NodeReport(Sequence)
{
    public override int Bytes => Value.Bytes.Length;
}

/// <summary>The task has ended by itself.</summary>
[GenerateSerializer, Immutable]
internal sealed record EndedReport(int Sequence) : NodeReport(Sequence)
{
    /// <summary>The end as its worker has sent it, without the result.</summary>
    [Id(0)]
    public required byte[] End { get; init; }

    [Id(1)]
    public Carried Result { get; init; }

    public override int Bytes => End.Length + Result.Bytes.Length;

    /// <summary>The number of the worker on its node.</summary>
    [Id(2)]
    public int? WorkerId { get; init; }

    [Id(3)]
    public int? ProcessId { get; init; }
}

/// <summary>The task was ended, or lost with its worker.</summary>
/// <param name="Sequence">The task.</param>
/// <param name="Facts">The facts, as JSON.</param>
[GenerateSerializer, Immutable]
internal sealed record LostReport(int Sequence, [property: Id(0)] byte[] Facts) : NodeReport(Sequence);

/// <summary>The task was not run and is not going to be.</summary>
[GenerateSerializer, Immutable]
internal sealed record GivenBackReport(int Sequence) : NodeReport(Sequence);

/// <summary>A piece of a payload that a later report mentions.</summary>
[GenerateSerializer, Immutable]
internal sealed record PieceReport([property: Id(0)] Piece Piece) : NodeReport(0)
{
    public override int Bytes => Piece.Bytes.Length;
}
