namespace Offloop;

/// <summary>An exception that a task threw in a worker process, as it was there. It is thrown itself where the caller's process
/// cannot make an exception of the remote type, else it is the inner exception of the one that is thrown.</summary>
public sealed class RemoteTaskException : ExecutorException
{
    internal RemoteTaskException(string message, TaskFailure failure, string remoteType, string remoteStackTrace, Exception? innerException)
        : base(message, failure, innerException)
    {
        RemoteType = remoteType;
        RemoteStackTrace = remoteStackTrace;
    }

    /// <summary>The full name of the exception's type in the worker.</summary>
    public string RemoteType { get; }

    /// <summary>The stack trace in the worker, or an empty string.</summary>
    public string RemoteStackTrace { get; }

    /// <summary>The description with the remote stack trace ahead of the local one.</summary>
    public override string ToString() =>
        $"{RemoteType}: {Message}{Environment.NewLine}{RemoteStackTrace}{Environment.NewLine}--- end of the worker's stack ---"
        + $"{Environment.NewLine}{base.ToString()}";
}
