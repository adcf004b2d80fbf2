using System.Diagnostics;
using System.Globalization;

namespace Offloop.SampleTasks;

/// <summary>Tasks that get beyond the reach of a supervisor.</summary>
public static class Straying
{
    /// <summary>Starts a process that leaves the worker's group and keeps its standard output open, tells its process id, and waits
    /// (Linux).</summary>
    public static void WithEscapedChild(Meeting meeting)
    {
        using Process child = Process.Start("setsid", ["sleep", "1000"]);
        string name = string.Create(CultureInfo.InvariantCulture, $"/proc/{child.Id}/comm");
        while (File.ReadAllText(name) != "sleep\n") // it has left the group when it becomes the other program
            Thread.Yield();
        Rendezvous.Wait(meeting with { Label = child.Id.ToString(CultureInfo.InvariantCulture) });
    }

    /// <summary>Blocks every thread of the thread pool, and many more, for this long.</summary>
    public static int BlockThreadPool(int milliseconds)
    {
        using var over = new ManualResetEventSlim();
        Task[] blockers = [.. Enumerable.Range(0, 200).Select(_ => Task.Run(over.Wait))];
        Thread.Sleep(milliseconds); // the blocking is the task
        over.Set();
        Task.WaitAll(blockers);
        return Environment.ProcessId;
    }
}
