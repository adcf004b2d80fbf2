using Offloop.Payloads;

namespace Offloop.Tasks;

/// <summary>An argument as it was when a run of its task failed. Immutable.</summary>
/// <param name="Payload">The argument; empty if it is missing.</param>
/// <param name="Missing">Why it is missing, as a sentence; null if it is there.</param>
internal sealed record KeptArgument(Payload Payload, string? Missing = null)
{
    /// <summary>Writes the argument down. It does not throw.</summary>
    public static KeptArgument Of(Func<Payload> write, long maxBytes)
    {
        try
        {
            Payload payload = write();
            if (payload.Bytes.Length > maxBytes)
            {
                return new KeptArgument(
                    default, $"The argument has {payload.Bytes.Length} bytes, more than the MaxFileBytes of {maxBytes}.");
            }
            // Raw bytes are the caller's own array.
            return new KeptArgument(payload.Kind == PayloadKind.Raw ? payload with { Bytes = payload.Bytes.ToArray() } : payload);
        }
        catch (Exception error) when (error is PayloadException or OutOfMemoryException)
        {
            return new KeptArgument(default, error.Message);
        }
    }
}
