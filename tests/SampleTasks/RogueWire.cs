using System.Reflection;

namespace Offloop.SampleTasks;

/// <summary>The bytes that a task writes into the pipes of its worker, which it has taken over, and whether it ends after that.</summary>
public sealed record RogueOrder(byte[] Control, byte[] Data, bool Returns);

/// <summary>Tasks that take hold of their worker's pipes. The coordinator must not trust anything that comes from there.</summary>
public static class RogueWire
{
    private const BindingFlags Members = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    public static int Write(RogueOrder order, TaskContext context)
    {
        object link = Held(context.Logger, "CoordinatorLink");
        var rpc = Held(link, "JsonRpc");
        object handler = rpc.GetType().GetProperty("MessageHandler", Members)!.GetValue(rpc)!;
        Stream control = Stream(handler); // the one that it writes to
        Stream data = Stream(Held(link, "DataPipe"));
        control.Write(order.Control);
        data.Write(order.Data);
        if (!order.Returns)
            Thread.Sleep(Timeout.Infinite);
        return 1;
    }

    /// <summary>Replaces this worker's start mark by something else, and dies.</summary>
    public static void SpoilStartMark(string how)
    {
        string path = File.ReadLines("/proc/self/maps")
            .Select(line => line[(line.LastIndexOf(' ') + 1)..])
            .First(name => name.Contains("/offloop-", StringComparison.Ordinal));
        File.Delete(path);
        switch (how)
        {
            case "directory":
                Directory.CreateDirectory(path);
                File.WriteAllText(Path.Combine(path, "file"), "");
                break;
            case "link":
                File.CreateSymbolicLink(path, "/dev/zero");
                break;
            case "pipe":
                using (var maker = System.Diagnostics.Process.Start("mkfifo", [path]))
                    maker.WaitForExit();
                break;
        }
        Environment.Exit(7);
    }

    private static object Held(object holder, string type) =>
        holder.GetType().GetFields(Members).Single(field => field.FieldType.Name == type).GetValue(holder)!;

    private static Stream Stream(object holder) =>
        (Stream)holder.GetType().GetFields(Members).Last(field => field.FieldType == typeof(Stream)).GetValue(holder)!;
}
