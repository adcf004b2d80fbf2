using Microsoft.Extensions.Logging;
using Offloop.Invocation;
using Offloop.Progress;

namespace Offloop;

/// <summary>Tells a running task about itself. Take it as the second parameter of the submitted method. It is valid while the task
/// runs. Its members are thread-safe.</summary>
public sealed class TaskContext
{
    // Never disposed: it has no timer and, unless a task asks for its wait handle, nothing to release.
    private readonly CancellationTokenSource _cancellation = new();

    private readonly ProgressSink? _progress;

    internal TaskContext(long taskId, int attempt, ILogger logger, ProgressSink? progress = null)
    {
        _progress = progress;
        TaskId = taskId;
        Attempt = attempt;
        Logger = logger;
    }

    /// <summary>Cancelled when the caller cancels the task, when its timeout expires, or when its worker is asked to leave. A task that
    /// then ends within the executor's cancellation grace keeps its worker alive.</summary>
    public CancellationToken CancellationToken => _cancellation.Token;

    /// <summary>The task's number, unique within its executor.</summary>
    public long TaskId { get; }

    /// <summary>1 for the first run of the task, and one more for each run after a crash (see
    /// <see cref="SubmitOptions.CrashRetries"/>).</summary>
    public int Attempt { get; }

    /// <summary>Writes to the executor's logger in the caller's process.</summary>
    public ILogger Logger { get; }

    /// <summary>Tells the caller how far the task is, if the caller listens (see <see cref="SubmitOptions.Progress"/>). It
    /// never waits for the caller: if values come faster than the caller takes them, only the latest is kept. It does
    /// nothing once the task has ended.</summary>
    /// <typeparam name="T">Exactly the type that the caller listens for.</typeparam>
    /// <exception cref="ArgumentException">The caller listens for another type, or the value cannot be sent.</exception>
    public void Report<T>(T progress) => _progress?.Post(progress);

    /// <summary>Takes the items of a streaming task; null if the task does not stream.</summary>
    internal ItemSink? Items { get; init; }

    /// <summary>Cancels the token. The user's callbacks run on a pool thread, so they cannot hold up the caller.</summary>
    internal void Cancel() => _ = _cancellation.CancelAsync();
}
