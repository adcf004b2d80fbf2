namespace Offloop.Diagnostics.Reading;

/// <summary>What was read.</summary>
/// <param name="Tasks">The tasks that ran.</param>
/// <param name="Note">Why nothing could be read, in one sentence, or null.</param>
internal sealed record StackReading(IReadOnlyList<TaskReading> Tasks, string? Note = null);

/// <summary>Where one task was.</summary>
/// <param name="TaskId">Its number.</param>
/// <param name="Frames">The methods of its thread, the innermost first.</param>
/// <param name="WaitsFor">The lock that it waits for, in words, or null.</param>
/// <param name="Note">Why the frames are not whole, or null.</param>
internal sealed record TaskReading(long TaskId, IReadOnlyList<string> Frames, string? WaitsFor, string? Note);
