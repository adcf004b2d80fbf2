using Offloop.Invocation;
using Offloop.Payloads;
using Offloop.Protocol;
using Offloop.WorkerHost.Link;

namespace Offloop.WorkerHost.Tasks;

/// <summary>The initializer that each task thread runs once. It travels as one request, and its end is known when all threads have run it.
/// Thread-safe.</summary>
/// <param name="request">The request.</param>
/// <param name="threads">How many threads there are.</param>
internal sealed class ThreadInitializer(RunRequest request, int threads)
{
    private readonly TaskCompletionSource<ExceptionEnvelope?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private ExceptionEnvelope? _error;
    private Payload? _argument;
    private int _left = threads;

    /// <summary>The error of the first thread that has failed, or null; done when all threads have run it.</summary>
    public Task<ExceptionEnvelope?> Ended => _ended.Task;

    /// <summary>Whether this is the request of a task thread's initializer.</summary>
    public bool Is(RunRequest other) => ReferenceEquals(request, other);

    /// <summary>The argument, which comes once for all threads. Throws <see cref="IOException"/> if the coordinator is gone.</summary>
    public Payload ReceiveArgument(CoordinatorLink link)
    {
        lock (_lock)
            return _argument ??= InterruptShield.Wait(link.ReceiveAsync(request));
    }

    /// <summary>A thread has run it.</summary>
    public void Finish(TaskResult result)
    {
        lock (_lock)
        {
            _error ??= result.Error;
            if (--_left > 0)
                return;
        }
        _ended.TrySetResult(_error);
    }
}
