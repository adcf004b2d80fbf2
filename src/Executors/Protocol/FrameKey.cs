namespace Offloop.Protocol;

/// <summary>Names the owner of a frame on the data pipe: a task, by its number on the worker, and one of its payloads.</summary>
/// <param name="Sequence">The task.</param>
/// <param name="Part">0 for the argument or the result; 1, 2, 3 … for the items of a stream; -1, -2, -3 … for progress values.</param>
internal readonly record struct FrameKey(int Sequence, int Part)
{
    /// <summary>The argument of a task, or its result.</summary>
    public static FrameKey Whole(int sequence) => new(sequence, 0);

    /// <summary>An item of a stream, counted from 1.</summary>
    public static FrameKey Item(int sequence, int number) => new(sequence, number);

    /// <summary>A progress value, counted from 1.</summary>
    public static FrameKey Progress(int sequence, int number) => new(sequence, -number);
}
