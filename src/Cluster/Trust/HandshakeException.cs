namespace Offloop.Cluster.Trust;

/// <summary>A peer was refused, or has refused this process. The message is one sentence that says who and why, and has no
/// secrets.</summary>
internal sealed class HandshakeException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>Whether the next try may go better, because nobody has refused this process.</summary>
    public bool MayPass { get; init; }
}
