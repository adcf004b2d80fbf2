using System.Net;
using System.Net.Sockets;

namespace Offloop.SampleTasks;

/// <summary>The meeting point of a task and its test: a port, on loopback if there is no address, and the label of the task.</summary>
public sealed record Meeting(int Port, string Label = "", string? Address = null);

/// <summary>Tasks that say over a socket that they run, and end when they are told to. A test can wait for such events in whichever thread
/// or process the task runs. The other end is a <see cref="MeetingPoint"/>.</summary>
public static class Rendezvous
{
    /// <summary>Says that it ran.</summary>
    public static int Note(Meeting meeting)
    {
        using NetworkStream line = Arrive(meeting);
        return Environment.ProcessId;
    }

    /// <summary>Blocks until it is let go. It has no token.</summary>
    public static int Wait(Meeting meeting)
    {
        using NetworkStream line = Arrive(meeting);
        _ = line.ReadByte();
        return Environment.ProcessId;
    }

    /// <summary>Blocks until it is let go or cancelled.</summary>
    public static int WaitOrCancel(Meeting meeting, TaskContext context)
    {
        using NetworkStream line = Arrive(meeting, context.Attempt);
        _ = line.ReadAsync(new byte[1], context.CancellationToken).AsTask().GetAwaiter().GetResult();
        return Environment.ProcessId;
    }

    /// <summary>Says so if its token is cancelled, and goes on until it is let go.</summary>
    public static int TellCancellationAndWait(Meeting meeting, TaskContext context)
    {
        using NetworkStream line = Arrive(meeting, context.Attempt);
        using CancellationTokenRegistration tell = context.CancellationToken.Register(() => line.Write("cancelled\n"u8));
        _ = line.ReadByte();
        return Environment.ProcessId;
    }

    /// <summary>Says that it runs, and then never ends.</summary>
    public static void Loop(Meeting meeting)
    {
        using NetworkStream line = Arrive(meeting);
        while (true)
            Thread.SpinWait(1000);
    }

    /// <summary>Says that it runs and waits to be let go, then ends its process with this code.</summary>
    public static void WaitAndExit((Meeting Meeting, int Code) order)
    {
        Wait(order.Meeting);
        Environment.Exit(order.Code);
    }

    /// <summary>Says that it runs and waits to be let go, then throws.</summary>
    public static void WaitAndThrow(Meeting meeting)
    {
        Wait(meeting);
        throw new InvalidOperationException(meeting.Label);
    }

    public static NetworkStream Arrive(Meeting meeting, int attempt = 1)
    {
        var client = new TcpClient();
        client.Connect(meeting.Address is { } address ? IPAddress.Parse(address) : IPAddress.Loopback, meeting.Port);
        NetworkStream line = client.GetStream(); // closes the client with it
        line.Write(System.Text.Encoding.UTF8.GetBytes($"{Environment.ProcessId} {attempt} {meeting.Label}\n"));
        return line;
    }
}
