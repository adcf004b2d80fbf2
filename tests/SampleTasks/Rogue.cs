using System.Reflection;

namespace Offloop.SampleTasks;

/// <summary>Tasks that make their worker break the protocol, by means that no honest task has.</summary>
public static class Rogue
{
    private const BindingFlags Members = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>Reports values, and pretends that each was delivered.</summary>
    public static void FloodProgress(int count, TaskContext context)
    {
        object sender = typeof(TaskContext).GetField("_progress", Members)!.GetValue(context)!;
        MethodInfo taken = sender.GetType().GetMethod("Taken")!;
        for (int i = 0; i < count; i++)
        {
            context.Report(i);
            taken.Invoke(sender, null);
        }
        Thread.Sleep(Timeout.Infinite);
    }

    /// <summary>Yields items with credit that it grants itself.</summary>
    public static IEnumerable<byte[]> FloodItems((int Count, int Length) order, TaskContext context)
    {
        object sender = typeof(TaskContext).GetProperty("Items", Members)!.GetValue(context)!;
        sender.GetType().GetMethod("Grant")!.Invoke(sender, [order.Count]);
        for (int i = 0; i < order.Count; i++)
            yield return new byte[order.Length];
        Thread.Sleep(Timeout.Infinite);
    }
}
