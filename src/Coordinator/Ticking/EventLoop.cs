using System.Diagnostics;

namespace Offloop.Coordinator.Ticking;

/// <summary>A single-threaded event loop: code that awaits on its thread continues on its thread. The wait for the next callback ends when
/// the next delay is due, so a delay needs no timer thread. Any thread may call <see cref="SynchronizationContext.Post"/>; only the loop's
/// thread may make delays.</summary>
internal sealed class EventLoop(TimeProvider clock) : SynchronizationContext
{
    private readonly object _gate = new(); // an object, because a Lock cannot be waited on
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _ready = new();
    private readonly PriorityQueue<TaskCompletionSource, TimeSpan> _delays = new();
    private readonly long _start = clock.GetTimestamp();

    /// <summary>The time since the loop was made.</summary>
    public TimeSpan Now => clock.GetElapsedTime(_start);

    /// <summary>Runs <paramref name="main"/> and everything that it awaits on the calling thread, until it is done.</summary>
    public void Run(Func<Task> main)
    {
        SynchronizationContext? previous = Current;
        SetSynchronizationContext(this);
        try
        {
            Task running = main();
            // It may end on another thread, while the loop waits; the post wakes it.
            _ = running.ContinueWith(
                _ => Post(static _ => { }, null),
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
            while (!running.IsCompleted)
                RunNext();
            running.GetAwaiter().GetResult();
        }
        finally
        {
            SetSynchronizationContext(previous);
        }
    }

    /// <summary>Runs <paramref name="main"/> as <see cref="Run"/> does, on a new background thread.</summary>
    /// <returns>A task that ends and fails as the loop does.</returns>
    public Task RunOnThread(Func<Task> main)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                Run(main);
                ended.SetResult();
            }
            catch (Exception error) // passed on through the returned task
            {
                ended.SetException(error);
            }
        });
        thread.IsBackground = true;
        thread.Name = "event loop";
        thread.Start();
        return ended.Task;
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (_gate)
        {
            _ready.Enqueue((d, state));
            Monitor.Pulse(_gate);
        }
    }

    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("Waiting for the loop would block the caller; use Post.");

    /// <summary>Continues once <see cref="Now"/> has reached <paramref name="due"/>, and always after the callbacks that are ready
    /// now.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public async Task DelayUntil(TimeSpan due, CancellationToken cancellationToken)
    {
        Debug.Assert(Current == this, "A delay is made on the loop's thread.");
        var delay = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _delays.Enqueue(delay, due);
        using (cancellationToken.UnsafeRegister(_ => delay.TrySetCanceled(cancellationToken), null))
            await delay.Task;
    }

    private void RunNext()
    {
        EndDelays();
        (SendOrPostCallback Callback, object? State) next;
        lock (_gate)
        {
            if (_ready.Count == 0)
                Monitor.Wait(_gate, UntilNextDelay());
            if (!_ready.TryDequeue(out next))
                return;
        }
        next.Callback(next.State);
    }

    /// <summary>Ends the delays that are due. Each posts the continuation of the code that awaits it.</summary>
    private void EndDelays()
    {
        while (_delays.TryPeek(out TaskCompletionSource? delay, out TimeSpan due) && due <= Now)
        {
            _delays.Dequeue();
            delay.TrySetResult();
        }
    }

    /// <summary>The milliseconds until the next delay is due. They are rounded up, because a wait that ends early would spin.</summary>
    private int UntilNextDelay() => _delays.TryPeek(out _, out TimeSpan due)
        ? (int)Math.Clamp(Math.Ceiling((due - Now).TotalMilliseconds), 0, int.MaxValue)
        : Timeout.Infinite;
}
