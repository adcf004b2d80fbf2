using System.Net.Sockets;

namespace Offloop.SampleTasks;

/// <summary>Tasks for the items of a map.</summary>
public static class Mapped
{
    /// <summary>Throws for 0.</summary>
    public static int Divide(int divisor) => 60 / divisor;

    public static Holder Hold(int number) => new() { Number = number };

    public static long TaskId(int ignored, TaskContext context) => context.TaskId;

    /// <summary>Arrives at the meeting point and goes on when it is let go. Says so if it is cancelled. Throws at the end if its label is
    /// "throw".</summary>
    public static string Meet(Meeting meeting, TaskContext context)
    {
        using NetworkStream line = Rendezvous.Arrive(meeting, context.Attempt);
        using CancellationTokenRegistration tell = context.CancellationToken.Register(() => line.Write("cancelled\n"u8));
        _ = line.ReadAsync(new byte[1], context.CancellationToken).AsTask().GetAwaiter().GetResult();
        return meeting.Label == "throw" ? throw new InvalidOperationException("thrown at the meeting") : meeting.Label;
    }
}

public sealed class Holder
{
    public int Number { get; set; }
}
