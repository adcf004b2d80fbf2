namespace Offloop;

/// <summary>A process could not take part in a cluster, or has lost its place in it. The message says why in one sentence, with the
/// remedy.</summary>
public class ClusterException : Exception
{
    internal ClusterException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
