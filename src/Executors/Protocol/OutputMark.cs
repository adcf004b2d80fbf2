using System.Globalization;

namespace Offloop.Protocol;

/// <summary>The mark before a line on a worker's standard output or error that says which task wrote it. It is part of the line and not a
/// message, so that the last words before a crash are not lost. A line without a mark comes from native code, a child process, or a worker
/// that is no .NET program.</summary>
internal static class OutputMark
{
    /// <summary>The record separator of ASCII, with which each mark begins.</summary>
    public const char Start = '\x1E';

    /// <summary>After the number: what follows ends a line of the task.</summary>
    public const char Ends = ' ';

    /// <summary>After the number: the task's line goes on.</summary>
    public const char GoesOn = '+';

    /// <summary>The mark of a task.</summary>
    public static string Of(long task, bool ends) =>
        string.Create(CultureInfo.InvariantCulture, $"{Start}{task}{(ends ? Ends : GoesOn)}");

    /// <summary>Reads the mark at the beginning of a line, and takes it off. False if there is none.</summary>
    public static bool TryTake(ref ReadOnlySpan<char> line, out long task, out bool ends)
    {
        (task, ends) = (0, false);
        if (line.IsEmpty || line[0] != Start)
            return false;
        int end = line.IndexOfAny(Ends, GoesOn);
        if (end < 2 || !long.TryParse(line[1..end], NumberStyles.None, CultureInfo.InvariantCulture, out task))
            return false;
        ends = line[end] == Ends;
        line = line[(end + 1)..];
        return true;
    }
}
