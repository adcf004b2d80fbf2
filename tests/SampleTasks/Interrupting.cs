using System.Net.Sockets;

namespace Offloop.SampleTasks;

/// <summary>Tasks that interrupt the thread which runs them.</summary>
public static class Interrupting
{
    /// <summary>Interrupts its own thread and returns before anything has waited there.</summary>
    public static int Itself(int value)
    {
        Thread.CurrentThread.Interrupt();
        return value;
    }

    /// <summary>Interrupts its own thread and throws.</summary>
    public static void ItselfAndThrow()
    {
        Thread.CurrentThread.Interrupt();
        throw new InvalidOperationException("interrupted");
    }

    /// <summary>Interrupts its own thread and waits there.</summary>
    public static void ItselfAndWait()
    {
        Thread.CurrentThread.Interrupt();
        Thread.Sleep(Timeout.Infinite);
    }

    /// <summary>Leaves a thread behind that interrupts this one when it is let go, and then says so. Returns the process id.</summary>
    public static int Late(Meeting meeting)
    {
        Thread runner = Thread.CurrentThread;
        new Thread(() =>
        {
            using NetworkStream line = Rendezvous.Arrive(meeting);
            _ = line.ReadByte();
            runner.Interrupt();
            line.Write("interrupted\n"u8);
        })
        { IsBackground = true }.Start();
        return Environment.ProcessId;
    }
}
