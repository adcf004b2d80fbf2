namespace Offloop.Invocation;

/// <summary>What a submit throws when the delegate cannot be run: every executor names the same parameter.</summary>
internal static class Refused
{
    public static ArgumentException Work(string message, string parameter = "work") => new(message, parameter);
}
