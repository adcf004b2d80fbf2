using System.Net.Sockets;

namespace Offloop.SampleTasks;

/// <summary>Tasks that report their progress.</summary>
public static class Reports
{
    /// <summary>Reports 1, 2 … <paramref name="count"/>.</summary>
    public static int CountTo(int count, TaskContext context)
    {
        for (int i = 1; i <= count; i++)
            context.Report(i);
        return count;
    }

    /// <summary>Reports, says so, and waits to be let go.</summary>
    public static int CountToAndWait((int Count, Meeting Meeting) order, TaskContext context)
    {
        CountTo(order.Count, context);
        return Rendezvous.Wait(order.Meeting);
    }

    /// <summary>Reports and then fails.</summary>
    public static void CountAndThrow(int count, TaskContext context)
    {
        _ = CountTo(count, context);
        throw new InvalidOperationException("after the report");
    }

    /// <summary>Reports one value of any type.</summary>
    public static void Once<T>(T value, TaskContext context) => context.Report(value);

    /// <summary>Reports a value that cannot be written.</summary>
    public static void Unwritable(int number, TaskContext context) => context.Report(new Unwritable { Number = number });

    /// <summary>Reports a value of a type that its declared type does not know.</summary>
    public static int Unreadable(int number, TaskContext context)
    {
        context.Report(new Unreadable { Number = number });
        return number;
    }

    public static void DerivedAsBase(int number, TaskContext context) => context.Report<Base>(new Derived { Number = number });

    /// <summary>Reports a short text and then one of this length.</summary>
    public static void Large(int length, TaskContext context)
    {
        context.Report("small");
        context.Report(new string('x', length));
    }

    /// <summary>Reports the same array ten times, each time with other bytes.</summary>
    public static void ChangingBytes(int length, TaskContext context)
    {
        byte[] bytes = new byte[length];
        for (byte i = 1; i <= 10; i++)
        {
            bytes.AsSpan().Fill(i);
            context.Report(bytes);
        }
        bytes.AsSpan().Fill(99);
    }

    /// <summary>Reports and then runs until it is cancelled.</summary>
    public static void UntilCancelled(int value, TaskContext context)
    {
        context.Report(value);
        context.CancellationToken.WaitHandle.WaitOne();
        context.CancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Reports 1, and leaves a thread behind that reports 2 when it is let go and then says so.</summary>
    public static void AfterTheEnd(Meeting meeting, TaskContext context)
    {
        context.Report(1);
        new Thread(() =>
        {
            using NetworkStream line = Rendezvous.Arrive(meeting);
            _ = line.ReadByte();
            context.Report(2);
            line.Write("reported\n"u8);
        })
        { IsBackground = true }.Start();
    }

    /// <summary>Reports the number of its attempt, and crashes in the first one.</summary>
    public static void CrashOnce(Meeting meeting, TaskContext context)
    {
        context.Report(context.Attempt);
        Rendezvous.Wait(meeting);
        if (context.Attempt == 1)
            Environment.FailFast("the first attempt");
    }
}
