using PolyType;
using StreamJsonRpc;

namespace Offloop.Protocol;

/// <summary>What a worker may tell its coordinator. Methods without a result are notifications.</summary>
[JsonRpcContract]
[GenerateShape(IncludeMethods = MethodShapeFlags.PublicInstance)]
internal partial interface ICoordinator
{
    /// <summary>The worker is ready for its first task.</summary>
    void Ready(ReadyMessage message);

    /// <summary>Tasks have ended, or one has started whose time is limited.</summary>
    void Report(WorkerReport report);

    /// <summary>A task reports its progress. The next value may follow when <see cref="IWorker.ProgressTaken"/> has answered, or as the
    /// task's last.</summary>
    void Progress(ProgressMessage message);

    /// <summary>A task that streams has yielded an item. It needs a credit: as many as the request says, and those of
    /// <see cref="IWorker.Credit"/>.</summary>
    void Item(ItemMessage message);

    /// <summary>A task wrote to its logger.</summary>
    void Log(LogMessage message);

    /// <summary>The process is about to end with this code, by its own will. Without this message an exit code may be a signal's.
    /// Answered, because the worker must not be gone before it was heard.</summary>
    Task ExitingAsync(int code);
}
