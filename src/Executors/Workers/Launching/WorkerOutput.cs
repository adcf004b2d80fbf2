using Microsoft.Extensions.Logging;
using Offloop.Tasks;
using Offloop.Telemetry;

namespace Offloop.Workers;

/// <summary>Takes what workers write to their standard streams, to where the options say.</summary>
/// <param name="target">Where.</param>
/// <param name="logger">Takes the lines if the target is the log.</param>
/// <param name="executor">The name of the executor.</param>
internal sealed class WorkerOutput(TaskOutput target, ILogger logger, string executor)
{
    /// <summary>Who writes.</summary>
    /// <param name="WorkerId">The worker.</param>
    /// <param name="ProcessId">Its process.</param>
    /// <param name="TaskOf">Returns one of its tasks by its id, or the one that it runs now, or null.</param>
    public readonly record struct Source(int WorkerId, int ProcessId, Func<long?, TaskItem?> TaskOf);

    /// <summary>Returns what takes the lines of one stream, each with the task that is known to have written it.</summary>
    public Action<string, long?> Take(Source source, bool isError) => target switch
    {
        TaskOutput.Discard => Forget,
        TaskOutput.Log => (line, task) => Log(source, isError ? "standard error" : "standard output", line, task),
        TaskOutput.Inherit when !isError => static (line, _) => ConsoleText.WriteLine(Console.Out, line),
        _ => static (line, _) => ConsoleText.WriteLine(Console.Error, line),
    };

    private static void Forget(string line, long? task)
    {
    }

    private void Log(Source source, string stream, string line, long? task)
    {
        TaskItem? item = source.TaskOf(task);
        task ??= item?.Id;
        var scoped = new ScopedLogger(
            logger, item?.LogScope(executor, source.WorkerId) ?? new LogScope(executor, source.WorkerId, task));
        if (task is { } known)
            scoped.TaskOutput(source.WorkerId, source.ProcessId, known, stream, line);
        else
            scoped.WorkerOutput(source.WorkerId, source.ProcessId, stream, line);
    }
}
