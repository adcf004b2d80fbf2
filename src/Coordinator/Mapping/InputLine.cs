namespace Offloop.Coordinator.Mapping;

/// <summary>A line of the input.</summary>
/// <param name="Index">Its place, counted from 0.</param>
/// <param name="Text">The line without its end.</param>
/// <param name="Problem">Why it cannot be read; null if it can.</param>
internal readonly record struct InputLine(long Index, string Text, string? Problem = null);

/// <summary>How lines become arguments.</summary>
internal enum InputFormat
{
    /// <summary>As lines if the task takes a string, otherwise as JSON.</summary>
    Auto,

    /// <summary>The line is the argument.</summary>
    Lines,

    /// <summary>The line is the argument's JSON.</summary>
    Json,
}
