using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Offloop.Telemetry;

namespace Offloop;

/// <summary>Measures how late an event loop is: it posts a probe to the loop every <see cref="LoopMonitorOptions.Period"/>, one at a time,
/// and the lag is the time until the probe runs. A loop that a blocking call holds up has a lag of the length of the call.
/// <para>The lag is exported as the histogram <c>offloop.loop.lag</c> of the meter <c>Offloop.Executors</c>. It includes time in which
/// the whole process stood still. All members are thread-safe. Dispose it before the loop ends, because a probe that never runs is a lag
/// without end.</para></summary>
public sealed class LoopMonitor : IDisposable
{
    private static readonly Histogram<double> s_lag = ExecutorMeter.LoopLag;
    private static readonly ConcurrentDictionary<LoopMonitor, bool> s_running = new();

    private readonly SynchronizationContext? _loop;
    private readonly LoopMonitorOptions _options;
    private readonly KeyValuePair<string, object?> _name;
    private readonly object _gate = new(); // an object, because a Lock cannot be waited on
    private readonly SendOrPostCallback _probe;
    private readonly Thread _watcher;
    private int? _thread; // that ran the last probe
    private long? _posted; // the probe that has not run yet
    private string? _suspect; // the inline task that ran while that probe waited
    private bool _isTold;
    private LoopBlock _longest;
    private bool _isDisposed;

    /// <summary>Begins to measure.</summary>
    /// <param name="loop">The loop; null for the thread pool, whose lag is the time that work waits for a thread.</param>
    /// <param name="options">The settings, or null for the defaults.</param>
    public LoopMonitor(SynchronizationContext? loop = null, LoopMonitorOptions? options = null)
    {
        (_loop, _options, _probe) = (loop, options ?? new LoopMonitorOptions(), _ => Arrive());
        _name = new(TelemetryNames.LoopName, _options.Name ?? (loop is null ? "thread_pool" : "loop"));
        InlineCalls.Watch();
        s_running[this] = true;
        _watcher = new Thread(Watch) { IsBackground = true, Name = "Offloop loop monitor" };
        _watcher.UnsafeStart();
    }

    /// <summary>Raised once for each block, as soon as the lag is <see cref="LoopMonitorOptions.BlockedAfter"/>, while the loop is still
    /// blocked. Handlers are called on the monitor's own thread. An exception that a handler throws is dropped.</summary>
    public event EventHandler<LoopBlockedEventArgs>? Blocked;

    /// <summary>The longest lag since the start or the last <see cref="Reset"/>. It includes the lag of a probe that is still waiting, so a
    /// loop that is blocked now is seen at once.</summary>
    public TimeSpan MaxLag => LongestBlock.Lag;

    /// <summary>The longest lag, as <see cref="MaxLag"/>, with the inline task that ran meanwhile.</summary>
    public LoopBlock LongestBlock
    {
        get
        {
            lock (_gate)
            {
                return _posted is { } posted && Stopwatch.GetElapsedTime(posted) is var lag && lag > _longest.Lag
                    ? new LoopBlock(lag, _suspect)
                    : _longest;
            }
        }
    }

    /// <summary>The monitors of this process that measure.</summary>
    internal static ICollection<LoopMonitor> Running => s_running.Keys;

    /// <summary>What the loop is called in metrics.</summary>
    internal string Name => (string)_name.Value!;

    /// <summary>Whether it measures the thread pool.</summary>
    internal bool IsOfThreadPool => _loop is null;

    /// <summary>How long the probe has waited that has not run yet; zero if there is none. Unlike <see cref="MaxLag"/> it is nobody's to
    /// reset, so any number may look.</summary>
    internal TimeSpan Waiting
    {
        get
        {
            lock (_gate)
                return _posted is { } posted ? Stopwatch.GetElapsedTime(posted) : TimeSpan.Zero;
        }
    }

    /// <summary>Waits until the measuring has ended.</summary>
    internal void Join() => _watcher.Join();

    /// <summary>Forgets the longest lag. A probe that is waiting counts from now on.</summary>
    public void Reset()
    {
        lock (_gate)
        {
            _longest = default;
            if (_posted is not null)
                _posted = Stopwatch.GetTimestamp();
        }
    }

    /// <summary>Ends the measuring.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            _posted = null;
            Monitor.PulseAll(_gate);
        }
        s_running.TryRemove(this, out _);
        InlineCalls.Unwatch();
    }

    private void Watch()
    {
        while (true)
        {
            bool posts;
            LoopBlock? block = null;
            lock (_gate)
            {
                if (_isDisposed)
                    return;
                posts = _posted is null;
                if (posts)
                    (_posted, _suspect, _isTold) = (Stopwatch.GetTimestamp(), null, false);
                else
                    block = LookAtBlock_NeedsLock();
            }
            if (posts && !TryPost())
                return;
            if (block is { } blocked)
                Tell(blocked);
            lock (_gate)
            {
                if (!_isDisposed)
                    Monitor.Wait(_gate, _options.Period);
            }
        }
    }

    /// <summary>Notes what runs while the probe waits. Returns the block if it is to be told.</summary>
    private LoopBlock? LookAtBlock_NeedsLock()
    {
        _suspect ??= InlineCalls.Find(_loop is null ? null : _thread);
        TimeSpan lag = Stopwatch.GetElapsedTime(_posted!.Value);
        if (_isTold || lag < _options.BlockedAfter)
            return null;
        _isTold = true;
        return new LoopBlock(lag, _suspect);
    }

    /// <summary>False if the loop takes nothing any more.</summary>
    private bool TryPost()
    {
        try
        {
            if (_loop is null)
                ThreadPool.UnsafeQueueUserWorkItem(static monitor => monitor.Arrive(), this, preferLocal: false);
            else
                _loop.Post(_probe, null);
            return true;
        }
        catch (Exception) // a loop may refuse in any way once it has ended
        {
            lock (_gate)
                _posted = null;
            s_running.TryRemove(this, out _);
            return false;
        }
    }

    private void Arrive()
    {
        TimeSpan lag;
        lock (_gate)
        {
            _thread = Environment.CurrentManagedThreadId;
            if (_posted is not { } posted)
                return; // disposed
            lag = Stopwatch.GetElapsedTime(posted);
            if (lag > _longest.Lag)
                _longest = new LoopBlock(lag, _suspect);
            _posted = null;
        }
        s_lag.Record(lag.TotalSeconds, _name);
    }

    private void Tell(LoopBlock block)
    {
        if (Blocked is not { } handlers)
            return;
        foreach (EventHandler<LoopBlockedEventArgs> handler in Delegate.EnumerateInvocationList(handlers))
        {
            try
            {
                handler(this, new LoopBlockedEventArgs(block));
            }
            catch (Exception) // a handler may throw anything, and the measuring goes on
            {
            }
        }
    }
}

/// <summary>A time in which a loop did not come to its work.</summary>
/// <param name="Lag">How long.</param>
/// <param name="TaskName">The name of the task that an <see cref="InlineExecutor"/> ran meanwhile: on the loop's thread, or on any thread
/// if that is not known. Null if there was none, or if the lag was shorter than <see cref="LoopMonitorOptions.Period"/>.</param>
public readonly record struct LoopBlock(TimeSpan Lag, string? TaskName);

/// <summary>What <see cref="LoopMonitor.Blocked"/> tells.</summary>
/// <param name="block">The block so far.</param>
public sealed class LoopBlockedEventArgs(LoopBlock block) : EventArgs
{
    /// <summary>The block so far: the loop is still blocked.</summary>
    public LoopBlock Block { get; } = block;
}

/// <summary>The settings of a <see cref="LoopMonitor"/>. Immutable; each property validates its value when it is set.</summary>
public sealed record LoopMonitorOptions
{
    /// <summary>What the loop is called in metrics.</summary>
    /// <value>Not empty. The default, null, is <c>loop</c>, or <c>thread_pool</c>.</value>
    public string? Name { get; init => field = value is null ? null : Check.NotEmpty(value); }

    /// <summary>The time between two probes.</summary>
    /// <value>Positive. The default is 100 milliseconds.</value>
    public TimeSpan Period { get; init => field = Check.Positive(value); } = TimeSpan.FromMilliseconds(100);

    /// <summary>The lag from which a loop counts as blocked. It is seen at most a period later.</summary>
    /// <value>Positive. The default is 500 milliseconds.</value>
    public TimeSpan BlockedAfter { get; init => field = Check.Positive(value); } = TimeSpan.FromMilliseconds(500);
}
