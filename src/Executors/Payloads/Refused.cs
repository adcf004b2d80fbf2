namespace Offloop.Payloads;

/// <summary>Makes the exceptions that refuse an argument of a caller or of a task. Every executor names the same parameter.</summary>
internal static class Refused
{
    /// <summary>The exception of a submit whose delegate cannot be run.</summary>
    public static ArgumentException Work(string message, string parameter = "work") => new(message, parameter);

    /// <summary>The exception of <see cref="TaskContext.Report"/>, which is thrown in the task.</summary>
    public static ArgumentException Progress(string message, Exception? innerException = null, string parameter = "progress") =>
        new(message, parameter, innerException);
}
