using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using Offloop.Invocation;

namespace Offloop.Coordinator.Mapping;

/// <summary>The method that a map submits for each line: it calls the task, wherever the executor has put it.</summary>
internal static class LineTask
{
    private static readonly Lock s_lock = new();
    private static LineCall? s_call;

    /// <summary>Loads the task's assembly. A worker process runs it once; the threads of this process share what the first has
    /// loaded.</summary>
    public static void Load(TaskIdentity identity)
    {
        lock (s_lock)
        {
            if (s_call is not null)
                return;
            var context = new TaskLoadContext(new TaskAssembly(OwnFiles.Find(identity)));
            Assembly assembly = context.LoadTask();
            OwnFiles.RequireBuild(assembly, identity);
            s_call = LineCall.Of(TaskMethods.Find(assembly, identity), identity.IsJson);
        }
    }

    /// <summary>Calls the task with a line. What it throws is told in the result, because it is known here and cheap; only the end of a
    /// task that was cancelled is left to the executor.</summary>
    public static LineResult Run(string line, TaskContext context)
    {
        long start = Stopwatch.GetTimestamp();
        var phase = TaskPhase.NotStarted;
        try
        {
            JsonElement result = s_call!.Invoke(line, context, ref phase);
            return Of(start, context) with { Result = result };
        }
        catch (Exception error) when (!context.CancellationToken.IsCancellationRequested) // any exception is the line's failure
        {
            FailureCause cause = phase == TaskPhase.Running ? FailureCause.TaskException : FailureCause.Payload;
            return Of(start, context) with { Error = JsonElement.Parse(FailureJson.Write(error)), Cause = cause, Phase = phase };
        }
    }

    private static LineResult Of(long start, TaskContext context) => new()
    {
        Attempt = context.Attempt,
        Ms = Math.Round(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 3),
        WorkerPid = Environment.ProcessId,
    };
}
