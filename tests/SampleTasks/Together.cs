namespace Offloop.SampleTasks;

/// <summary>Tasks that run beside each other in one process.</summary>
public static class Together
{
    public static IEnumerable<int> Count((int First, int Number) range)
    {
        for (int i = 0; i < range.Number; i++)
        {
            if (i % 10 == 0)
                Thread.Yield();
            yield return range.First + i;
        }
    }

    /// <summary>Reports each number, and returns the last one.</summary>
    public static int Report((int First, int Number) range, TaskContext context)
    {
        foreach (int number in Count(range))
            context.Report(number);
        return range.First + range.Number - 1;
    }

    /// <summary>Yields an item and reports it, waits to be let go whatever its token says, and goes on with large ones.</summary>
    public static IEnumerable<byte[]> SendOn(Meeting meeting, TaskContext context)
    {
        yield return [1];
        Rendezvous.Wait(meeting);
        for (int i = 0; i < 10; i++)
        {
            context.Report(i);
            Standard.Log("an item", context);
            yield return new byte[100_000];
        }
    }

    /// <summary>Waits to be let go whatever its token says, and returns more than a message holds.</summary>
    public static byte[] WaitAndReturnMuch(Meeting meeting)
    {
        Rendezvous.Wait(meeting);
        return new byte[1_000_000];
    }

    /// <summary>Writes half a line, waits to be let go, and writes the other half.</summary>
    public static void SayInTwoParts(Meeting meeting)
    {
        Console.Write($"begin {meeting.Label} ");
        Rendezvous.Wait(meeting);
        Console.Write($"end {meeting.Label}");
    }

    /// <summary>Waits to be let go, and returns what the initializers of thread and worker have left.</summary>
    public static (int Times, int Length, int Initialized) LookAndWait(Meeting meeting)
    {
        Rendezvous.Wait(meeting);
        (int times, string? given, _) = Prepared.Look();
        return (times, given?.Length ?? 0, Supervised.Initialized());
    }

    /// <summary>Waits to be let go, and faults in native code.</summary>
    public static void WaitAndSegfault(Meeting meeting)
    {
        Rendezvous.Wait(meeting);
        Crashing.Segfault();
    }
}
