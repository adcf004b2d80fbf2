using Offloop.Recording;

namespace Offloop.Coordinator.Replaying;

/// <summary>What a worker needs to run a recorded task.</summary>
/// <param name="File">The full path of the record.</param>
/// <param name="Assembly">The full path of the application's assembly.</param>
internal sealed record ReplayOrder(string File, string Assembly);

/// <summary>The method that a replay submits: it calls the recorded one in the worker.</summary>
internal static class ReplayTask
{
    private static LoadedRun? s_run;

    /// <summary>Finds the method, and runs the initializers of the recorded pool.</summary>
    public static void Load(ReplayOrder order)
    {
        using FileStream file = File.OpenRead(order.File);
        s_run = LoadedRun.Load(FailureRecord.Read(file), order.Assembly);
    }

    /// <summary>Runs the task. Its items, or its one result, are the items.</summary>
    public static IEnumerable<string> Run(int ignored, TaskContext context)
    {
        s_run!.Run(context, line => context.Items!.Send(line, context.CancellationToken));
        return [];
    }
}
