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

    /// <summary>Reports and then fails.</summary>
    public static void CountAndThrow(int count, TaskContext context)
    {
        _ = CountTo(count, context);
        throw new InvalidOperationException("after the report");
    }

    /// <summary>Reports one value, of whatever type.</summary>
    public static void Once<T>(T value, TaskContext context) => context.Report(value);

    /// <summary>Reports a text of this length.</summary>
    public static void Large(int length, TaskContext context)
    {
        context.Report("small");
        context.Report(new string('x', length));
    }

    /// <summary>Reports bytes that it changes afterwards, and then ends.</summary>
    public static void ChangingBytes(int length, TaskContext context)
    {
        byte[] bytes = new byte[length];
        for (byte i = 1; i <= 10; i++)
        {
            bytes.AsSpan().Fill(i);
            context.Report(bytes);
        }
    }

    /// <summary>Reports its process and then runs until it is cancelled.</summary>
    public static void UntilCancelled(int value, TaskContext context)
    {
        context.Report(value);
        context.CancellationToken.WaitHandle.WaitOne();
        context.CancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Reports from its token's callback, and after it has ended too, on a thread of its own.</summary>
    public static void AfterTheEnd(int count, TaskContext context)
    {
        context.Report(1);
        new Thread(() =>
        {
            for (int i = 2; i <= count; i++)
                context.Report(i);
        })
        { IsBackground = true }.Start();
    }
}
