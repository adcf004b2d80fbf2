namespace Offloop.Healing;

/// <summary>How well the starts of a pool go.</summary>
internal enum Condition
{
    /// <summary>The last start succeeded, or none was tried yet.</summary>
    Whole,

    /// <summary>Starts fail. Workers that are ready go on, and tasks wait.</summary>
    Degraded,

    /// <summary>Starts fail, no worker is ready, and the patience is over: tasks fail until a start succeeds.</summary>
    Helpless,

    /// <summary>No worker was ever ready, and none ever will be.</summary>
    Broken,
}

/// <summary>The judgement of <see cref="Health"/> at one moment.</summary>
/// <param name="Condition">How the pool stands.</param>
/// <param name="Reason">Why, as a clause; empty if the pool is whole.</param>
/// <param name="Facts">The facts of the last failure; null if the pool is whole.</param>
internal readonly record struct Diagnosis(Condition Condition, string Reason, TaskFailure? Facts);

/// <summary>Judges a pool by its failed and successful starts, and says how long to wait before the next try. It knows no processes.
/// <para>A start that fails degrades the pool, and one that succeeds makes it whole. While no worker is ready, the tasks' patience runs
/// from the first failure on. Only a pool that never had a worker, and whose starts fail in a way that another try does not change, is
/// broken for good.</para>
/// Thread-safe.</summary>
/// <param name="patience">How long tasks wait while starts fail and no worker is ready.</param>
/// <param name="time">Measures that.</param>
/// <param name="random">A number from 0 to 1 that spreads the pauses.</param>
internal sealed class Health(TimeSpan patience, TimeProvider time, Func<double>? random = null)
{
    /// <summary>How many starts in a row have to fail in a way that another try does not change before the pool is broken.</summary>
    public const int MaxDeterministicTries = 5;

    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(2);

    /// <summary>A worker that has been ready for so long did not end because of its start.</summary>
    private static readonly TimeSpan s_settled = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Func<double> _random = random ?? Random.Shared.NextDouble;
    private int _epoch;
    private int _failures;
    private int _deterministic;
    private int _earlyDeaths;
    private bool _everReady;
    private bool _isBroken;
    private long? _helplessSince;
    private (long From, TimeSpan Length) _pause;
    private string _reason = "";
    private TaskFailure? _facts;

    /// <summary>A start begins. Returns its epoch, for the report of its failure: starts that were under way when one of them failed count
    /// with it.</summary>
    public int Begin()
    {
        lock (_lock)
            return _epoch;
    }

    /// <summary>A worker is ready: whatever was wrong is over.</summary>
    public void Succeeded()
    {
        lock (_lock)
        {
            _everReady = true;
            _failures = _deterministic = 0;
            _helplessSince = null;
        }
    }

    /// <summary>A start has failed. Returns the pause before the next try, or null if this failure does not count.</summary>
    /// <param name="epoch">The result of <see cref="Begin"/> for this start.</param>
    /// <param name="isDeterministic">Whether another try would fail in the same way.</param>
    /// <param name="reason">Why it failed, as a clause.</param>
    /// <param name="facts">The facts.</param>
    public TimeSpan? Failed(int epoch, bool isDeterministic, string reason, TaskFailure facts)
    {
        lock (_lock)
        {
            if (epoch != _epoch)
                return null;
            _epoch++;
            _failures++;
            _deterministic = isDeterministic ? _deterministic + 1 : 0;
            _isBroken |= !_everReady && _deterministic >= MaxDeterministicTries;
            _helplessSince ??= time.GetTimestamp();
            (_reason, _facts) = (reason, facts);
            return Pause_NeedsLock(_failures);
        }
    }

    /// <summary>A worker that was ready has ended unasked before it ended a task. That is no failed start. If the next ones do the same,
    /// they are replaced at longer and longer intervals; if many die at once, that counts once. Returns the pause, or null for
    /// none.</summary>
    /// <param name="age">How long the worker had been ready.</param>
    public TimeSpan? DiedUnused(TimeSpan age)
    {
        lock (_lock)
        {
            if (age >= s_settled)
                _earlyDeaths = 0;
            if (age >= s_settled || (_pause.Length > TimeSpan.Zero && time.GetElapsedTime(_pause.From) < _pause.Length))
                return null;
            return Pause_NeedsLock(++_earlyDeaths);
        }
    }

    /// <summary>A worker has ended its first task.</summary>
    public void Proved()
    {
        lock (_lock)
            _earlyDeaths = 0;
    }

    /// <summary>How the pool stands now.</summary>
    /// <param name="anyReady">Whether a worker is ready.</param>
    /// <param name="recheck">The time after which the judgement changes although nothing happens; null if it does not.</param>
    public Diagnosis Look(bool anyReady, out TimeSpan? recheck)
    {
        lock (_lock)
        {
            recheck = null;
            if (_isBroken)
                return new Diagnosis(Condition.Broken, _reason, _facts);
            if (_failures == 0)
                return new Diagnosis(Condition.Whole, "", null);
            if (anyReady)
                _helplessSince = null;
            if (_helplessSince is not { } since)
                return new Diagnosis(Condition.Degraded, _reason, _facts);
            TimeSpan left = patience - time.GetElapsedTime(since);
            if (patience == Timeout.InfiniteTimeSpan || left > TimeSpan.Zero)
            {
                recheck = patience == Timeout.InfiniteTimeSpan ? null : left;
                return new Diagnosis(Condition.Degraded, _reason, _facts);
            }
            return new Diagnosis(Condition.Helpless, _reason, _facts);
        }
    }

    private TimeSpan Pause_NeedsLock(int tries)
    {
        TimeSpan longest = s_firstPause * Math.Pow(2, Math.Min(tries - 1, 10));
        longest = longest < s_longestPause ? longest : s_longestPause;
        TimeSpan pause = longest * (0.5 + 0.5 * _random());
        _pause = (time.GetTimestamp(), pause);
        return pause;
    }
}
