using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Offloop.SampleTasks;

/// <summary>Tasks that yield their items.</summary>
public static class Streams
{
    /// <summary>Yields the numbers from 0 up to <paramref name="count"/>, exclusive.</summary>
    public static IEnumerable<int> CountTo(int count)
    {
        for (int i = 0; i < count; i++)
            yield return i;
    }

    public static IEnumerable<int> CountToWithContext(int count, TaskContext context) =>
        CountTo(count).Select(value => value + context.Attempt - 1);

    public static async IAsyncEnumerable<int> CountToAsync(int count)
    {
        foreach (int value in CountTo(count))
        {
            await Task.Yield();
            yield return value;
        }
    }

    public static IAsyncEnumerable<int> CountToWithContextAsync(int count, TaskContext context) =>
        WithTokenAsync(count, context.CancellationToken);

    /// <summary>Yields blocks of this many bytes, all in the same array.</summary>
    public static IEnumerable<byte[]> Blocks((int Count, int Length) order)
    {
        byte[] block = new byte[order.Length];
        for (int i = 0; i < order.Count; i++)
        {
            block.AsSpan().Fill((byte)i);
            yield return block;
        }
    }

    /// <summary>Throws after this many items.</summary>
    public static IEnumerable<int> CountAndThrow(int count)
    {
        foreach (int value in CountTo(count))
            yield return value;
        throw new InvalidOperationException($"after {count} items");
    }

    public static IEnumerable<int>? Null(int ignored) => null;

    /// <summary>Yields separate arrays, small and large in turn, each filled with its number.</summary>
    public static IEnumerable<byte[]> SmallAndLarge(int count)
    {
        for (int i = 0; i < count; i++)
        {
            byte[] item = new byte[i % 2 == 0 ? 10 : 300_000];
            item.AsSpan().Fill((byte)i);
            yield return item;
        }
    }

    /// <summary>Yields two items, then one that cannot be written.</summary>
    public static IEnumerable<Unwritable?> ThenUnwritable(int ignored) => [null, null, new Unwritable()];

    /// <summary>Yields two items, then one that cannot be read.</summary>
    public static IEnumerable<Unreadable?> ThenUnreadable(int ignored) => [null, null, new Unreadable()];

    /// <summary>Yields numbers without end. Says each number before it is yielded, and "closed" at the end.</summary>
    public static IEnumerable<int> Say(Meeting meeting)
    {
        using NetworkStream line = Rendezvous.Arrive(meeting);
        try
        {
            for (int i = 0; ; i++)
            {
                line.Write(System.Text.Encoding.ASCII.GetBytes($"{i}\n"));
                yield return i;
            }
        }
        finally
        {
            line.Write("closed\n"u8);
        }
    }

    /// <summary>Yields 1 and, once it was let go, 2.</summary>
    public static IEnumerable<int> Meet(Meeting meeting)
    {
        yield return 1;
        Rendezvous.Wait(meeting);
        yield return 2;
    }

    /// <summary>Yields 1, and then nothing until it is cancelled.</summary>
    public static IEnumerable<int> UntilCancelled(Meeting meeting, TaskContext context)
    {
        yield return 1;
        Rendezvous.WaitOrCancel(meeting, context);
    }

    /// <summary>Yields 1, and then never ends.</summary>
    public static IEnumerable<int> Stuck(Meeting meeting)
    {
        yield return 1;
        Rendezvous.Loop(meeting);
    }

    /// <summary>Yields some items and, once it was let go, ends the process.</summary>
    public static IEnumerable<int> MeetAndExit((Meeting Meeting, int Count, int Code) order)
    {
        foreach (int value in CountTo(order.Count))
            yield return value;
        Rendezvous.WaitAndExit((order.Meeting, order.Code));
    }

    /// <summary>Yields the id of the thread that runs each step.</summary>
    public static IEnumerable<int> Threads(int count) => CountTo(count).Select(static _ => Environment.CurrentManagedThreadId);

    /// <summary>Reports each number before it yields it.</summary>
    public static IEnumerable<int> Report(int count, TaskContext context)
    {
        foreach (int value in CountTo(count))
        {
            context.Report(value);
            yield return value;
        }
    }

    private static async IAsyncEnumerable<int> WithTokenAsync(int count, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (int i = 0; i < count; i++)
        {
            await Task.Delay(0, cancellationToken);
            yield return i;
        }
    }
}
