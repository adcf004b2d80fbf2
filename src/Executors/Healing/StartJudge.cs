using System.Globalization;
using Offloop.Scheduling;

namespace Offloop.Healing;

/// <summary>Tells a scheduler each time the starts of its workers have put the pool into another condition. One turn at a time calls it;
/// otherwise it is not thread-safe.</summary>
internal sealed class StartJudge : IDisposable
{
    private readonly Scheduler _scheduler;
    private readonly Health _health;
    private readonly TimeSpan _patience;
    private readonly ITimer _recheck;

    /// <summary>Makes a judge of a pool that is whole.</summary>
    /// <param name="scheduler">Is told.</param>
    /// <param name="health">Has the failed and successful starts.</param>
    /// <param name="patience">The pool's <see cref="PoolOptions.StartPatience"/>.</param>
    /// <param name="wake">Called when it is time to judge again although nothing has happened.</param>
    public StartJudge(Scheduler scheduler, Health health, TimeSpan patience, Action wake)
    {
        (_scheduler, _health, _patience) = (scheduler, health, patience);
        _recheck = scheduler.Options.TimeProvider.CreateTimer(_ => wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The last judgement.</summary>
    public Diagnosis Diagnosis { get; private set; } = new(Condition.Whole, "", null);

    /// <summary>Judges the pool, and tells the scheduler of a change.</summary>
    /// <param name="anyReady">Whether a worker is ready.</param>
    public Condition Judge(bool anyReady)
    {
        Diagnosis diagnosis = _health.Look(anyReady, out TimeSpan? recheck);
        _recheck.Change(recheck ?? Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (diagnosis != Diagnosis)
        {
            Diagnosis = diagnosis;
            Tell(diagnosis);
        }
        return diagnosis.Condition;
    }

    public void Dispose() => _recheck.Dispose();

    private void Tell(Diagnosis diagnosis)
    {
        string patience = _patience.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
        switch (diagnosis.Condition)
        {
            case Condition.Whole:
                _scheduler.Recover();
                break;
            case Condition.Degraded:
                _scheduler.Degrade($"the last start of a worker failed: {diagnosis.Reason}.", diagnosis.Facts!, refuses: false);
                break;
            case Condition.Helpless:
                _scheduler.Degrade(
                    $"no worker has been ready for the StartPatience of {patience} s; of the last start, {diagnosis.Reason}.",
                    diagnosis.Facts!, refuses: true);
                break;
            case Condition.Broken:
                _scheduler.Break(
                    $"{Health.MaxDeterministicTries} starts in a row have failed and no worker was ever ready; of the last, "
                    + $"{diagnosis.Reason}.",
                    diagnosis.Facts!);
                break;
        }
    }
}
