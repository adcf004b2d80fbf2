namespace Offloop.Payloads;

/// <summary>Makes the exceptions for bad arguments of callers and tasks. Every executor names the same parameter.</summary>
internal static class Refused
{
    /// <summary>Thrown by a submit whose delegate cannot be run.</summary>
    public static ArgumentException Work(string message, string parameter = "work") => new(message, parameter);

    /// <summary>Thrown by a submit that requires labels of an executor that has none.</summary>
    public static ArgumentException Labels(IReadOnlyCollection<string> labels, string parameter = "options") => new(
        $"The task requires the labels {string.Join(", ", labels)}, but only the nodes of a ClusterExecutor have labels; leave "
        + "Requires out.",
        parameter);

    /// <summary>Thrown by <see cref="TaskContext.Report"/>, in the task.</summary>
    public static ArgumentException Progress(string message, Exception? innerException = null, string parameter = "progress") =>
        new(message, parameter, innerException);
}
