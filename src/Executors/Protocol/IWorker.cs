using Offloop.Invocation;
using Offloop.Payloads;
using PolyType;
using StreamJsonRpc;

namespace Offloop.Protocol;

/// <summary>What a coordinator may ask of a worker. Methods without a result are notifications: nobody waits for them.</summary>
[JsonRpcContract]
[GenerateShape(IncludeMethods = MethodShapeFlags.PublicInstance)]
internal partial interface IWorker
{
    /// <summary>Run these tasks, one after the other; each ends in a <see cref="ICoordinator.Report"/>. The initializer is a batch of one,
    /// which comes before all others and has the number <see cref="RunRequest.InitializerSequence"/>.</summary>
    void Run(RunBatch batch);

    /// <summary>Call the method that changes how payloads are written, before any payload is read. Answers with its error, or
    /// null.</summary>
    Task<ExceptionEnvelope?> UseJsonOptionsAsync(MethodIdentity method);

    /// <summary>Cancel the token of the task with this number; a task that has not started does not start.</summary>
    void Cancel(int sequence);

    /// <summary>The last value of progress of the task with this number has been delivered; it may send the next one.</summary>
    void ProgressTaken(int sequence);

    /// <summary>The task with this number may send so many more items.</summary>
    void Credit(int sequence, int count);

    /// <summary>Take no more tasks, cancel the token of the running one, and end when it has.</summary>
    void Leave();

    /// <summary>Answers at once, whatever the tasks do.</summary>
    Task PingAsync();
}
