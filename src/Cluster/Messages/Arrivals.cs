using Offloop.Payloads;

namespace Offloop.Cluster.Messages;

/// <summary>What one end of a session has had of the other: the number of the last batch in each line, and payloads that come in pieces.
/// Not thread-safe; its session guards it.</summary>
/// <param name="maxBytes">The longest payload. A longer one breaks the session before anything is allocated for it.</param>
internal sealed class Arrivals(long maxBytes)
{
    /// <summary>The line of the messages, and that of the pieces.</summary>
    public const int Messages = 0, Pieces = 1;

    private readonly long[] _last = new long[2];
    private readonly Dictionary<long, byte[]> _payloads = [];
    private long _arrived; // of the payload that is coming: one transfer follows the other
    private long? _lastPiece;

    /// <summary>How long ago a piece has come; null if none has.</summary>
    public TimeSpan? SinceLastPiece => _lastPiece is { } last ? TimeProvider.System.GetElapsedTime(last) : null;

    /// <summary>Whether a batch has not come before. A batch is repeated when the answer to it was lost.</summary>
    public bool IsNew(int lane, long number)
    {
        if (number <= _last[lane])
            return false;
        _last[lane] = number;
        return true;
    }

    /// <summary>Takes a piece. Throws <see cref="InvalidDataException"/> if the payload is longer than it may be.</summary>
    public void Add(Piece piece)
    {
        if (piece.Length < 0 || piece.Length > maxBytes || piece.Length > Array.MaxLength)
            throw new InvalidDataException($"a payload of {piece.Length} bytes is longer than the MaxMessageBytes of {maxBytes}");
        if (piece.Offset == 0)
            (_payloads[piece.Transfer], _arrived) = (new byte[piece.Length], 0);
        if (!_payloads.TryGetValue(piece.Transfer, out byte[]? bytes)
            || piece.Offset != _arrived || piece.Offset + piece.Bytes.Length > bytes.Length)
        {
            throw new InvalidDataException("a piece of a payload does not fit to those before it");
        }
        piece.Bytes.CopyTo(bytes, piece.Offset);
        _arrived += piece.Bytes.Length;
        _lastPiece = TimeProvider.System.GetTimestamp();
    }

    /// <summary>The payload that a message carries. Its pieces have come before.</summary>
    public Payload Take(Carried carried)
    {
        if (carried.Transfer == 0)
            return new Payload((PayloadKind)carried.Kind, carried.Bytes);
        return _payloads.Remove(carried.Transfer, out byte[]? bytes)
            ? new Payload((PayloadKind)carried.Kind, bytes)
            : throw new InvalidDataException("a message mentions a payload that has not come");
    }
}
