namespace Offloop.Cluster.Options;

/// <summary>A silo could not be started. The message is one sentence with the remedy, and has no secrets.</summary>
internal sealed class ClusterStartException(string message, Exception? innerException = null) : ClusterException(message, innerException)
{
    /// <summary>Whether the next try may go better: the process to join may come later.</summary>
    public bool MayPass { get; init; }
}
