namespace Offloop.Payloads;

/// <summary>How the bytes of a payload are to be read.</summary>
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
    /// <summary>The size of the largest payload that is part of a message. A larger one travels beside its message.</summary>
    public const int MaxInlineBytes = 64 << 10;

    /// <summary>Returns the payload. Throws <see cref="PayloadException"/> if it is longer than the other side would accept.</summary>
    public Payload Within(long maxBytes, string role) => Bytes.Length <= maxBytes
        ? this
        : throw new PayloadException(
            $"The {role} has {Bytes.Length} bytes, more than the MaxMessageBytes of {maxBytes}. Pass a path or less data, or raise "
                + $"the limit.");
}

/// <summary>A payload could not be written or read. Callers never see it: they get an <see cref="ExecutorException"/> with the cause
/// <see cref="FailureCause.Payload"/>.</summary>
internal sealed class PayloadException(string message, Exception? innerException = null) : Exception(message, innerException);
