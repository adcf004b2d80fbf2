using PolyType;
using StreamJsonRpc;

namespace Offloop.Protocol;

/// <summary>What a coordinator may ask of a worker. Methods without a result are notifications: nobody waits for them.</summary>
[JsonRpcContract]
[GenerateShape(IncludeMethods = MethodShapeFlags.PublicInstance)]
internal partial interface IWorker
{
    /// <summary>Run these tasks, one after the other; each ends in a <see cref="ICoordinator.Report"/>.</summary>
    void Run(RunBatch batch);

    /// <summary>Cancel the token of the task with this number; a task that has not started does not start.</summary>
    void Cancel(int sequence);

    /// <summary>Take no more tasks, and end when the running one has.</summary>
    void Leave();

    /// <summary>Answers at once, whatever the tasks do.</summary>
    Task PingAsync();
}
