using PolyType;
using StreamJsonRpc;

namespace Offloop.Protocol;

/// <summary>The calls that a worker may make to its coordinator. Methods without a result are notifications.</summary>
[JsonRpcContract]
[GenerateShape(IncludeMethods = MethodShapeFlags.PublicInstance)]
internal partial interface ICoordinator
{
    /// <summary>The worker is ready for its first task.</summary>
    void Ready(ReadyMessage message);

    /// <summary>Tasks have ended, or one has started whose time is limited.</summary>
    void Report(WorkerReport report);

    /// <summary>A task reports its progress. The next value may follow once <see cref="IWorker.ProgressTaken"/>
    /// has come, or as the task's last.</summary>
    void Progress(ProgressMessage message);

    /// <summary>A streaming task has yielded an item. Each item needs credit: the request gives some at first, and
    /// <see cref="IWorker.Credit"/> gives more.</summary>
    void Item(ItemMessage message);

    /// <summary>A task wrote to its logger.</summary>
    void Log(LogMessage message);

    /// <summary>The process is about to end itself with this code. Without this message, an exit code may be a signal's. The call is
    /// answered, because the worker must not be gone before it has been heard.</summary>
    Task ExitingAsync(int code);
}
