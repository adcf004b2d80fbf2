using System.Diagnostics;
using Offloop.Scheduling;

namespace Offloop.Benchmarks.Scale;

/// <summary>A thread that asks for the scheduler's lock all the time, and notes the longest wait.</summary>
internal sealed class Probe : IDisposable
{
    private readonly Scheduler _scheduler;
    private readonly Thread _thread;
    private volatile bool _isOver;
    private long _longest;
    private long _asked;

    public Probe(Scheduler scheduler)
    {
        _scheduler = scheduler;
        _thread = new Thread(Ask);
        _thread.Start();
    }

    /// <summary>The longest wait while something is done.</summary>
    public TimeSpan LongestWhile(Action action)
    {
        AwaitAsked();
        Interlocked.Exchange(ref _longest, 0);
        action();
        AwaitAsked(); // a wait that is not over yet counts too
        return Stopwatch.GetElapsedTime(0, Interlocked.Read(ref _longest));
    }

    public void Dispose()
    {
        _isOver = true;
        _thread.Join();
    }

    private void AwaitAsked()
    {
        long asked = Interlocked.Read(ref _asked);
        while (Interlocked.Read(ref _asked) == asked)
            Thread.Sleep(0);
    }

    private void Ask()
    {
        while (!_isOver)
        {
            long began = Stopwatch.GetTimestamp();
            _ = _scheduler.State;
            long took = Stopwatch.GetTimestamp() - began;
            if (took > Interlocked.Read(ref _longest))
                Interlocked.Exchange(ref _longest, took);
            Interlocked.Increment(ref _asked);
        }
    }
}
