namespace Offloop.Payloads;

/// <summary>How a payload's bytes hold its value.</summary>
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
    /// <summary>The longest payload that is part of a message. A longer one travels beside the message.</summary>
    public const int MaxInlineBytes = 64 << 10;

    /// <summary>Returns the payload. Throws <see cref="PayloadException"/> if it is longer than the other side would take.</summary>
    public Payload Within(long maxBytes, string role) =>
        Bytes.Length <= maxBytes
            ? this
            : throw new PayloadException(
                $"The {role} has {Bytes.Length} bytes, more than the MaxMessageBytes of {maxBytes}; "
                + "pass a path or less data, or raise the limit.");
}

/// <summary>A payload could not be written or read. It stays internal: callers see an <see cref="ExecutorException"/> with the cause
/// <see cref="FailureCause.Payload"/>.</summary>
internal sealed class PayloadException(string message, Exception? innerException = null) : Exception(message, innerException);
