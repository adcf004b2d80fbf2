using System.Diagnostics;
using Offloop.Telemetry;

namespace Offloop.Diagnostics.Inspection;

/// <summary>Finds the tasks that run longer than a threshold, each once.</summary>
internal sealed class SlowTasks : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<long, Running> _running = [];
    private readonly TimeSpan _threshold;
    private readonly Func<SlowTask, Task> _found;
    private readonly Timer _timer;
    private bool _isLooking;

    /// <param name="threshold">How long a task may run.</param>
    /// <param name="found">Called once for each that runs longer. It does not fail.</param>
    public SlowTasks(TimeSpan threshold, Func<SlowTask, Task> found)
    {
        (_threshold, _found) = (threshold, found);
        TimeSpan period = TimeSpan.FromMilliseconds(Math.Clamp(threshold.TotalMilliseconds / 4, 10, 1_000));
        _timer = new Timer(static state => ((SlowTasks)state!).Look(), this, period, period);
    }

    public void Hear(ExecutorEvent happened)
    {
        switch (happened)
        {
            case TaskStarted { WorkerId: { } worker, ProcessId: { } process } started:
                lock (_lock)
                    _running[started.Task.Id] = new Running(started.Task.Name, worker, process, Stopwatch.GetTimestamp());
                break;
            case TaskRequeued or TaskEnded:
                lock (_lock)
                    _running.Remove(((TaskEvent)happened).Task.Id);
                break;
        }
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>One is looked at after the other, so that looks for kills need not wait for many.</summary>
    private void Look()
    {
        SlowTask? slow = null;
        lock (_lock)
        {
            if (_isLooking)
                return;
            foreach ((long id, Running task) in _running)
            {
                TimeSpan time = Stopwatch.GetElapsedTime(task.Since);
                if (time < _threshold)
                    continue;
                slow = new SlowTask(id, task.Name, task.WorkerId, task.ProcessId, time);
                break;
            }
            if (slow is null)
                return;
            _running.Remove(slow.TaskId);
            _isLooking = true;
        }
        _ = LookAsync(slow);
    }

    private async Task LookAsync(SlowTask slow)
    {
        try
        {
            await _found(slow).ConfigureAwait(false);
        }
        finally
        {
            lock (_lock)
                _isLooking = false;
        }
    }

    private readonly record struct Running(string Name, int WorkerId, int ProcessId, long Since);
}

/// <summary>A task that runs longer than the threshold.</summary>
internal sealed record SlowTask(long TaskId, string Name, int WorkerId, int ProcessId, TimeSpan RanFor);
