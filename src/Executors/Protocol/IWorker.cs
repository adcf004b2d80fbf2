using Offloop.Invocation;
using Offloop.Payloads;
using PolyType;
using StreamJsonRpc;

namespace Offloop.Protocol;

/// <summary>The calls that a coordinator may make to a worker. Methods without a result are notifications: nobody waits for them.</summary>
[JsonRpcContract]
[GenerateShape(IncludeMethods = MethodShapeFlags.PublicInstance)]
internal partial interface IWorker
{
    /// <summary>Runs these tasks, as many at once as <see cref="LaunchMessage.Threads"/> says, and starts them in this order. Each ends in
    /// a <see cref="ICoordinator.Report"/>. The initializer is a batch of one, which comes before all others and has the number
    /// <see cref="RunRequest.InitializerSequence"/>.</summary>
    void Run(RunBatch batch);

    /// <summary>Calls the method that changes how payloads are written, before any payload is read. Answers
    /// with its error, or null.</summary>
    Task<ExceptionEnvelope?> UseJsonOptionsAsync(MethodIdentity method);

    /// <summary>Calls the method that makes what exports the telemetry of this worker's tasks, before the initializer. What it returns is
    /// disposed when the worker leaves. Answers with its error, or null.</summary>
    Task<ExceptionEnvelope?> UseTelemetryAsync(MethodIdentity method);

    /// <summary>Runs this initializer once on each thread that runs tasks, before the thread's first task and after the worker's own
    /// initializer. Answers with the first error, or null, when all threads have run it.</summary>
    /// <param name="request">The initializer, with the number <see cref="RunRequest.ThreadInitializerSequence"/>.</param>
    Task<ExceptionEnvelope?> InitializeThreadsAsync(RunRequest request);

    /// <summary>Tasks of the pool have this method, and the worker may prepare for them while it has none. Later requests may bring the
    /// definition all the same.</summary>
    /// <param name="method">The number of the method, as in <see cref="RunRequest.Method"/>.</param>
    /// <param name="definition">Its name.</param>
    void Prepare(int method, MethodIdentity definition);

    /// <summary>Cancels the token of the task with this number. A task that has not started does not start.</summary>
    void Cancel(int sequence);

    /// <summary>The last progress value of the task with this number has been delivered, so it may send the next one.</summary>
    void ProgressTaken(int sequence);

    /// <summary>The task with this number may send <paramref name="count"/> more items.</summary>
    void Credit(int sequence, int count);

    /// <summary>Starts no more tasks. Those that have not started, and those that still come, go back in
    /// <see cref="WorkerReport.GivenBack"/>; those that run go on.</summary>
    void Recall();

    /// <summary>Takes no more tasks, cancels the tokens of the running ones, and ends the worker when they have ended.</summary>
    void Leave();

    /// <summary>Answers at once, whatever the tasks do.</summary>
    Task PingAsync();
}
