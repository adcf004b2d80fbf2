using System.Globalization;
using Offloop.Healing;
using Offloop.Invocation;
using Offloop.Payloads;
using Offloop.Scheduling;
using Offloop.Surroundings;
using Offloop.Telemetry;

namespace Offloop.Threads;

/// <summary>Starts the threads of a crew whose initializer has to run first, and judges failed starts as a pool of processes does. A thread
/// cannot be killed: one whose initializer does not return within the <see cref="PoolOptions.StartTimeout"/> counts as a failed start and
/// keeps its place, so that there are never more threads than asked for. It is used after all when the initializer returns.</summary>
internal sealed class ThreadStarts
{
    private readonly ThreadCrew _crew;
    private readonly Scheduler _scheduler;
    private readonly ThreadPoolOptions _options;
    private readonly PayloadFormat _format;
    private readonly Health _health;
    private readonly StartJudge _judge;
    private readonly Turns _turns = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly ITimer _overdue;
    private readonly Task _loop;
    private int _pauses;

    public ThreadStarts(ThreadCrew crew, Scheduler scheduler, ThreadPoolOptions options, PayloadFormat format)
    {
        (_crew, _scheduler, _options, _format) = (crew, scheduler, options, format);
        _health = new Health(options.StartPatience, Time);
        _judge = new StartJudge(scheduler, _health, options.StartPatience, _turns.Wake);
        _overdue = Time.CreateTimer(_ => _turns.Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _loop = Task.Run(() => _turns.TakeAsync(Plan, _closing.Token));
    }

    private TimeProvider Time => _options.TimeProvider;

    /// <summary>The initializers, in the order in which they run: a thread is a worker.</summary>
    private IEnumerable<(string What, WorkerInitializer Initializer)> Initializers
    {
        get
        {
            if (_options.Initializer is { } ofWorker)
                yield return ("initializer", ofWorker);
            if (_options.ThreadInitializer is { } ofThread)
                yield return ("thread initializer", ofThread);
        }
    }

    /// <summary>Starts the threads that are missing: all of them at first, and one for each that has gone.</summary>
    public void Fill() => _turns.Wake();

    /// <summary>Runs the initializer on the calling thread, which is that of the slot. False if the thread has to end.</summary>
    public bool TryRun(ThreadSlot slot)
    {
        string? reason = null;
        foreach ((string what, WorkerInitializer initializer) in Initializers)
        {
            Exception? error = null;
            using (InterruptShield.Lower())
                new TaskScope(TaskSurroundings.Default, what).Run(() => error = Call(initializer));
            if (error is null)
                continue;
            reason = StartReasons.Threw(what, NameOf(initializer), _format.WriteException(error));
            break;
        }
        if (reason is null)
        {
            _health.Succeeded();
            slot.BecomeReady();
        }
        else
        {
            _crew.Remove(slot);
            Fail(slot, isDeterministic: true, reason);
        }
        _turns.Wake();
        return reason is null;
    }

    /// <summary>Starts no more threads.</summary>
    public async ValueTask CloseAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _judge.Dispose();
        await _overdue.DisposeAsync().ConfigureAwait(false);
    }

    private string NameOf(WorkerInitializer initializer) => initializer.Require(_format).DisplayName;

    private Exception? Call(WorkerInitializer initializer)
    {
        try
        {
            initializer.Run(_options.RoundTripPayloads ? _format : null);
            return null;
        }
        catch (Exception error) // the application's method may throw anything
        {
            return error;
        }
    }

    private void Plan()
    {
        ThreadSlot[] slots = _crew.Slots();
        foreach (ThreadSlot slot in slots.Where(slot => IsStarting(slot) && TimeLeft(slot) <= TimeSpan.Zero))
            GiveUp(slot);
        Condition condition = _judge.Judge(slots.Any(static slot => slot.IsReady));
        if (condition == Condition.Broken)
            return;
        int missing = _options.MaxWorkers - slots.Length;
        if (condition != Condition.Whole) // one try at a time
            missing = Volatile.Read(ref _pauses) > 0 ? 0 : Math.Min(missing, 1 - slots.Count(IsStarting));
        for (; missing > 0; missing--)
            _crew.Add(new ThreadStart(_health.Begin(), Time.GetTimestamp()));
        TimeSpan[] left = [.. _crew.Slots().Where(IsStarting).Select(TimeLeft)];
        _overdue.Change(
            left.Length == 0 ? Timeout.InfiniteTimeSpan : new TimeSpan(Math.Max(0, left.Min().Ticks)), Timeout.InfiniteTimeSpan);
    }

    private static bool IsStarting(ThreadSlot slot) => slot is { IsReady: false, Start.IsOverdue: false };

    private TimeSpan TimeLeft(ThreadSlot slot) => _options.StartTimeout - Time.GetElapsedTime(slot.Start!.Began);

    private void GiveUp(ThreadSlot slot)
    {
        slot.Start!.IsOverdue = true;
        string limit = _options.StartTimeout.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
        string names = string.Join(" or ", Initializers.Select(each => NameOf(each.Initializer)));
        Fail(slot, isDeterministic: false, $"its initializer {names} has not returned within the StartTimeout of {limit} s");
    }

    private void Fail(ThreadSlot slot, bool isDeterministic, string reason)
    {
        var facts = new TaskFailure { Cause = FailureCause.StartFailure, WorkerId = slot.Facts.WorkerId };
        if (_health.Failed(slot.Start!.Epoch, isDeterministic, reason, facts) is { } pause)
            _ = PauseAsync(pause);
        _scheduler.Options.Events.Tell(new WorkerStartFailed(slot.Facts.WorkerId!.Value, isDeterministic, reason, facts));
    }

    private async Task PauseAsync(TimeSpan pause)
    {
        Interlocked.Increment(ref _pauses);
        await Task.Delay(pause, Time).ConfigureAwait(false);
        Interlocked.Decrement(ref _pauses);
        _turns.Wake();
    }
}

/// <summary>The start of a thread that has an initializer to run.</summary>
/// <param name="epoch">The <see cref="Health.Begin"/> of it.</param>
/// <param name="began">When it began, as a timestamp.</param>
internal sealed class ThreadStart(int epoch, long began)
{
    public int Epoch => epoch;

    public long Began => began;

    /// <summary>Whether it has taken longer than it may. The loop of <see cref="ThreadStarts"/> alone uses it.</summary>
    public bool IsOverdue { get; set; }
}
