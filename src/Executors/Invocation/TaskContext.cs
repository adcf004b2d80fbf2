using Microsoft.Extensions.Logging;
using Offloop.Invocation;
using Offloop.Progress;

namespace Offloop;

/// <summary>Tells a running task about itself. Take it as the second parameter of the submitted method. It is valid while the task runs,
/// and its members are thread-safe.</summary>
public sealed class TaskContext
{
    // It is never disposed: it has no timer, and it has nothing to release unless a task asks for its wait handle.
    private readonly CancellationTokenSource _cancellation = new();

    private readonly ProgressSink? _progress;

    internal TaskContext(long taskId, int attempt, ILogger logger, ProgressSink? progress = null)
    {
        _progress = progress;
        TaskId = taskId;
        Attempt = attempt;
        Logger = logger;
    }

    /// <summary>Cancelled when the caller cancels the task, when its timeout is over, or when its executor is killed. A task that then ends
    /// within the executor's cancellation grace keeps its worker alive.</summary>
    public CancellationToken CancellationToken => _cancellation.Token;

    /// <summary>The number that the executor gave the task. It is unique within one executor.</summary>
    public long TaskId { get; }

    /// <summary>The number of this run of the task: 1 for the first, one more for each run after a crash (see
    /// <see cref="SubmitOptions.CrashRetries"/>).</summary>
    public int Attempt { get; }

    /// <summary>Writes to the executor's logger, in the caller's process.</summary>
    public ILogger Logger { get; }

    /// <summary>Tells the caller how far the task has got, if the caller listens (see <see cref="SubmitOptions.Progress"/>). It never
    /// waits for the caller: if values come faster than they are taken, only the latest is kept. After the task has ended it does
    /// nothing.</summary>
    /// <typeparam name="T">Exactly the type that the caller listens for.</typeparam>
    /// <exception cref="ArgumentException">The caller listens for another type, or the value cannot be sent.</exception>
    public void Report<T>(T progress) => _progress?.Post(progress);

    /// <summary>Takes the items of a stream; null if the task does not stream.</summary>
    internal ItemSink? Items { get; init; }

    /// <summary>Cancels the token. The user's callbacks run on a pool thread, so they cannot hold up the caller.</summary>
    internal void Cancel() => _ = _cancellation.CancelAsync();
}
