using System.Collections.Concurrent;

namespace Offloop.Tests.Support;

/// <summary>A loop with one thread. It refuses posts once it is disposed, as a loop may.</summary>
internal sealed class SingleThread : SynchronizationContext, IDisposable
{
    private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _posts = [];

    public SingleThread() => new Thread(Run) { IsBackground = true }.Start();

    public override void Post(SendOrPostCallback d, object? state) => _posts.Add((d, state));

    /// <summary>Runs an action on the loop, and ends with what it returns.</summary>
    public Task RunAsync(Func<Task> action)
    {
        var done = new TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(_ => done.SetResult(action()), null);
        return done.Task.Unwrap();
    }

    public void Dispose() => _posts.CompleteAdding();

    private void Run()
    {
        SetSynchronizationContext(this);
        foreach ((SendOrPostCallback callback, object? state) in _posts.GetConsumingEnumerable())
            callback(state);
    }
}
