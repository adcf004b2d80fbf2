using Microsoft.Extensions.Time.Testing;

namespace Offloop.Tests;

/// <summary>A clock that a test moves by hand. It tells when a timer has been set, so a test moves it neither
/// too early nor by guess.</summary>
internal sealed class ObservedClock : FakeTimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<TimeSpan> _set = [];
    private readonly List<(TimeSpan Due, TaskCompletionSource Source)> _awaited = [];

    /// <summary>Waits until a timer of this length has been set (each is seen once), then lets that time pass.</summary>
    public async Task PassAsync(TimeSpan due)
    {
        Task set = Task.CompletedTask;
        lock (_lock)
        {
            if (!_set.Remove(due))
            {
                var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _awaited.Add((due, source));
                set = source.Task;
            }
        }
        await set;
        Advance(due);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ObservedTimer(this, base.CreateTimer(callback, state, dueTime, period));
        Note(dueTime);
        return timer;
    }

    private void Note(TimeSpan due)
    {
        lock (_lock)
        {
            int index = _awaited.FindIndex(awaited => awaited.Due == due);
            if (index < 0)
            {
                _set.Add(due);
                return;
            }
            _awaited[index].Source.SetResult();
            _awaited.RemoveAt(index);
        }
    }

    private sealed class ObservedTimer(ObservedClock clock, ITimer timer) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            bool changed = timer.Change(dueTime, period);
            clock.Note(dueTime);
            return changed;
        }

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
