using Offloop.Payloads;
using Offloop.Protocol;
using Offloop.WorkerHost.Link;

namespace Offloop.WorkerHost.Tasks;

/// <summary>A task that a thread of this worker has taken, with what it sends and hears while it runs.</summary>
/// <param name="request">The task.</param>
/// <param name="argument">Its argument.</param>
/// <param name="context">The context that it gets.</param>
/// <param name="progress">Sends its progress, if somebody listens.</param>
/// <param name="items">Sends its items, if it streams.</param>
internal sealed class RunningTask(
    RunRequest request, Payload argument, TaskContext context, ProgressSender? progress, ItemSender? items)
{
    /// <summary>The task's number. Offloop.Diagnostics reads this field from outside of the process, by its name, in order to know which
    /// task a thread runs.</summary>
    public readonly long TaskId = request.TaskId;

    public RunRequest Request => request;

    public Payload Argument => argument;

    public TaskContext Context => context;

    public ProgressSender? Progress => progress;

    public ItemSender? Items => items;

    public int Sequence => request.Sequence;

    /// <summary>How it has ended.</summary>
    public TaskResult Result { get; set; }
}

/// <summary>How a task has ended, before it is said.</summary>
internal readonly record struct TaskResult(FinishKind Kind, Payload Payload = default, ExceptionEnvelope? Error = null);
