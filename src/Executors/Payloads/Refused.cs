namespace Offloop.Payloads;

/// <summary>The refusals of what a caller or a task passed: every executor names the same parameter.</summary>
internal static class Refused
{
    /// <summary>What a submit throws when the delegate cannot be run.</summary>
    public static ArgumentException Work(string message, string parameter = "work") => new(message, parameter);

    /// <summary>What <see cref="TaskContext.Report"/> throws, in the task.</summary>
    public static ArgumentException Progress(string message, Exception? innerException = null, string parameter = "progress") =>
        new(message, parameter, innerException);
}
