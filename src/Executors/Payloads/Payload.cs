namespace Offloop.Payloads;

/// <summary>What kind of bytes a payload is.</summary>
internal enum PayloadKind : byte
{
    /// <summary>There is no value.</summary>
    None,

    /// <summary>JSON of the declared type, in UTF-8.</summary>
    Json,

    /// <summary>The bytes themselves, of a <c>byte[]</c> or a <c>ReadOnlyMemory&lt;byte&gt;</c>.</summary>
    Raw,
}

/// <summary>A serialised argument or result.</summary>
internal readonly record struct Payload(PayloadKind Kind, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>A payload that is larger does not stand in a message, but travels beside it.</summary>
    public const int MaxInlineBytes = 64 << 10;

    /// <summary>The payload itself. Throws <see cref="PayloadException"/> when it is longer than the other side would take.</summary>
    public Payload Within(long maxBytes, string role) => Bytes.Length <= maxBytes
        ? this
        : throw new PayloadException(
            $"The {role} has {Bytes.Length} bytes, more than the MaxMessageBytes of {maxBytes}; pass a path or less data, or raise "
                + $"the limit.");
}

/// <summary>A payload could not be written or read. Internal: callers see an <see cref="ExecutorException"/> with the cause
/// <see cref="FailureCause.Payload"/>.</summary>
internal sealed class PayloadException(string message, Exception? innerException = null) : Exception(message, innerException);
