namespace Offloop.Cluster.Trust;

/// <summary>A peer was refused, or has refused this process. The message is one sentence that says who and why, and has no secrets.</summary>
internal sealed class HandshakeException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>Whether nobody was there at all.</summary>
    public bool IsNoAnswer { get; init; }
}
