namespace Offloop;

/// <summary>An exception that a task threw in a worker process, as it was there. If the caller's process can make an exception of the
/// remote type, that one is thrown and this is its inner exception. Otherwise this one is thrown.</summary>
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

    /// <summary>The description, with the remote stack trace before the local one.</summary>
    public override string ToString() =>
        $"{RemoteType}: {Message}{Environment.NewLine}{RemoteStackTrace}{Environment.NewLine}--- end of the worker's stack ---"
        + $"{Environment.NewLine}{base.ToString()}";
}
