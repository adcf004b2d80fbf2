using Offloop.Invocation;

namespace Offloop.Tests.Invocation;

public sealed class InterruptShieldTests : IDisposable
{
    private readonly Lock _lock = new();
    private readonly object _monitor = new();
    private readonly ManualResetEvent _event = new(initialState: false);
    private readonly SemaphoreSlim _semaphore = new(0);
    private readonly TaskCompletionSource _task = new();

    public void Dispose()
    {
        _event.Dispose();
        _semaphore.Dispose();
    }

    [Theory(Timeout = Waiting.Hang)]
    [InlineData("a lock")]
    [InlineData("a monitor")]
    [InlineData("a pulse")]
    [InlineData("an event")]
    [InlineData("a semaphore")]
    [InlineData("a task")]
    public async Task A_wait_under_it_goes_on_when_its_thread_is_interrupted(string what)
    {
        using var isThere = new ManualResetEventSlim();
        bool isLetGo = false;
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Thread waiter;
        lock (_monitor)
        {
            using Lock.Scope held = _lock.EnterScope();
            waiter = new Thread(() =>
            {
                try
                {
                    using InterruptShield.Scope shield = InterruptShield.Raise();
                    isThere.Set();
                    Wait(what, ref isLetGo);
                    ended.SetResult();
                }
                catch (Exception error)
                {
                    ended.SetException(error);
                }
            });
            waiter.Start();
            isThere.Wait();
            waiter.Interrupt();
            Assert.False(waiter.Join(50)); // long enough for an exception that may not come
            Volatile.Write(ref isLetGo, true);
            Monitor.Pulse(_monitor);
        }
        _event.Set();
        _semaphore.Release();
        _task.SetResult();
        await ended.Task;
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_task_outside_it_is_interrupted_and_what_it_leaves_pending_is_gone() => await Task.Factory.StartNew(
        static () =>
        {
            using InterruptShield.Scope shield = InterruptShield.Raise();
            using (InterruptShield.Lower())
            {
                Thread.CurrentThread.Interrupt();
                Assert.Throws<ThreadInterruptedException>(static () => Thread.Sleep(Timeout.Infinite));
                Thread.CurrentThread.Interrupt();
                SynchronizationContext.SetSynchronizationContext(new SynchronizationContext());
            }
            Assert.IsType<InterruptShield>(SynchronizationContext.Current);
            Thread.Sleep(1); // the shield does not cover this wait
        },
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Wait(string what, ref bool isLetGo)
    {
        switch (what)
        {
            case "a lock":
                lock (_lock)
                    return;
            case "a monitor":
                lock (_monitor)
                    return;
            case "a pulse":
                lock (_monitor)
                {
                    while (!Volatile.Read(ref isLetGo))
                        Monitor.Wait(_monitor);
                }
                return;
            case "an event":
                _event.WaitOne();
                return;
            case "a semaphore":
                InterruptShield.Wait(_semaphore);
                return;
            default:
                InterruptShield.Wait(_task.Task);
                return;
        }
    }
}
