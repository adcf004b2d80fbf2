using System.Collections.Concurrent;

namespace Offloop.Tests;

/// <summary>A small event loop on its own thread. It counts ticks, which a task must not stop.</summary>
internal sealed class SingleThreadLoop : SynchronizationContext, IDisposable
{
    private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _posted = [];
    private readonly Thread _thread;
    private int _ticks;

    public SingleThreadLoop()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "test loop" };
        _thread.Start();
    }

    public int Ticks => Volatile.Read(ref _ticks);

    public int ThreadId => _thread.ManagedThreadId;

    public override void Post(SendOrPostCallback d, object? state) => _posted.Add((d, state));

    /// <summary>Runs a method on the loop. Its awaits come back to the loop.</summary>
    public Task RunAsync(Func<Task> method)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(_ => method().ContinueWith(task => done.SetFromTask(task), TaskScheduler.Default), null);
        return done.Task;
    }

    /// <summary>Waits until the loop has ticked this often from now.</summary>
    public async Task MoreTicksAsync(int count)
    {
        int wanted = Ticks + count;
        await Waiting.UntilAsync(() => Ticks >= wanted, $"the loop ticks {count} times more");
    }

    /// <summary>Ends the loop after the work that is posted already.</summary>
    public void Dispose()
    {
        _posted.CompleteAdding();
        Assert.True(_thread.Join(Waiting.Hang), "The loop does not end.");
        _posted.Dispose();
    }

    private void Run()
    {
        SetSynchronizationContext(this);
        while (!_posted.IsCompleted)
        {
            if (_posted.TryTake(out (SendOrPostCallback Callback, object? State) next, millisecondsTimeout: 5))
                next.Callback(next.State);
            else
                Interlocked.Increment(ref _ticks);
        }
    }
}
