namespace Offloop;

/// <summary>An exception that a task threw in a worker process, as it was there. It is thrown if the caller's process cannot make an
/// exception of the remote type that has the same message and the same public properties.</summary>
public sealed class RemoteTaskException : ExecutorException
{
    internal RemoteTaskException(string message, TaskFailure failure, Exception? innerException)
        : base(message, failure, innerException)
    {
    }

    /// <summary>The full name of the exception's type in the worker. <c>(cut)</c> stands for inner exceptions that were left out because
    /// there were too many; the message says how many.</summary>
    public string RemoteTypeName { get; internal init; } = "";

    /// <summary>The stack trace in the worker, or an empty string.</summary>
    public string RemoteStackTrace { get; internal init; } = "";

    /// <summary>The public properties of the exception that its type adds to <see cref="Exception"/>, as a JSON object. At most 32
    /// properties of at most 4 KiB each travel, and only those that can be written as JSON without losing data.</summary>
    /// <value><c>{}</c> if there are none.</value>
    public string RemoteProperties { get; internal init; } = "{}";

    /// <summary>The full names of the types from which the remote type derives.</summary>
    internal string[] RemoteBaseTypes { get; init; } = [];

    /// <summary>Whether the exception was of type <typeparamref name="T"/>, or of a type that derives from it, in the worker. For filters:
    /// <c>catch (RemoteTaskException e) when (e.Is&lt;MyException&gt;())</c>. Types are compared by their full names.</summary>
    /// <typeparam name="T">The type to look for.</typeparam>
    public bool Is<T>()
        where T : Exception =>
        typeof(T) == typeof(Exception)
        || (typeof(T).FullName is { } name && (name == RemoteTypeName || Array.IndexOf(RemoteBaseTypes, name) >= 0));

    /// <summary>The description, with the remote stack trace before the local one.</summary>
    public override string ToString() =>
        $"{RemoteTypeName}: {Message}{Environment.NewLine}{RemoteStackTrace}{Environment.NewLine}--- end of the worker's stack ---"
        + $"{Environment.NewLine}{base.ToString()}";
}
