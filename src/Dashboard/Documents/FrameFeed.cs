using Offloop.Dashboard.Recording;

namespace Offloop.Dashboard.Documents;

/// <summary>Makes a frame twice a second while somebody looks, the same one for all, and nothing while nobody does. Thread-safe.</summary>
internal sealed class FrameFeed
{
    /// <summary>How many pages may be open at a time.</summary>
    public const int MaxPages = 32;

    /// <summary>The time between two frames.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    /// <summary>How long the numbers are computed after somebody has asked for one document.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);

    private readonly Lock _lock = new();
    private readonly ExecutorRecords _records;
    private readonly Func<LoopLags, Frame> _make;
    private TaskCompletionSource<Frame> _next = NewTurn();
    private Frame? _latest; // while frames are made
    private int _pages;
    private TimeSpan _wantedUntil;
    private bool _isMaking;

    /// <param name="records">What is kept of the executors.</param>
    /// <param name="actions">The paths of the actions that the page has.</param>
    public FrameFeed(ExecutorRecords records, string[] actions)
        : this(records, new FrameMaker(records, actions).Make)
    {
    }

    /// <param name="records">What is kept of the executors.</param>
    /// <param name="make">Makes a frame.</param>
    public FrameFeed(ExecutorRecords records, Func<LoopLags, Frame> make) => (_records, _make) = (records, make);

    /// <summary>Counts another page that is open, until <see cref="ClosePage"/>. False if there are too many.</summary>
    public bool TryOpenPage()
    {
        using (_lock.EnterScope())
        {
            if (_pages == MaxPages)
                return false;
            _pages++;
            return true;
        }
    }

    public void ClosePage()
    {
        using (_lock.EnterScope())
            _pages--;
    }

    /// <summary>Gets the latest frame, as soon as there is one after the one that was seen. Whoever is slow misses those between. If none
    /// are made, because nobody has looked or the last one could not be made, it begins.</summary>
    /// <param name="seen">The number of the frame that was seen; 0 for none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<Frame> NextAsync(long seen, CancellationToken cancellationToken)
    {
        using (_lock.EnterScope())
        {
            if (_latest is { } latest && latest.Number > seen)
                return Task.FromResult(latest);
            Begin_NeedsLock();
            return _next.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Gets one frame. Frames are made for some time after that, so whoever asks again and again gets series and
    /// percentiles.</summary>
    public Task<Frame> OneAsync(CancellationToken cancellationToken)
    {
        using (_lock.EnterScope())
            _wantedUntil = Clock.Now + s_patience;
        return NextAsync(0, cancellationToken);
    }

    private void Begin_NeedsLock()
    {
        if (_isMaking)
            return;
        _isMaking = true;
        // Not in the context of the request that happens to be the first.
        ThreadPool.UnsafeQueueUserWorkItem(static feed => _ = feed.MakeAsync(), this, preferLocal: false);
    }

    private async Task MakeAsync()
    {
        try
        {
            _records.Look(true);
            using var lags = new LoopLags();
            do
            {
                Publish(_make(lags));
                await Task.Delay(Period);
            }
            while (GoesOn());
        }
        catch (Exception error) // whoever waits is told, and the next one who looks begins anew
        {
            End(error);
        }
    }

    private void Publish(Frame frame)
    {
        TaskCompletionSource<Frame> turn;
        using (_lock.EnterScope())
            (_latest, turn, _next) = (frame, _next, NewTurn());
        turn.SetResult(frame);
    }

    /// <summary>Whether somebody looks still. If not, it has ended.</summary>
    private bool GoesOn()
    {
        using (_lock.EnterScope())
        {
            if (_pages > 0 || Clock.Now < _wantedUntil)
                return true;
            End_NeedsLock();
            return false;
        }
    }

    private void End(Exception error)
    {
        TaskCompletionSource<Frame> turn;
        using (_lock.EnterScope())
        {
            (turn, _next) = (_next, NewTurn());
            End_NeedsLock();
        }
        turn.SetException(error);
        _ = turn.Task.Exception; // it may be that nobody waits
    }

    private void End_NeedsLock()
    {
        (_isMaking, _latest) = (false, null);
        _records.Look(false);
    }

    private static TaskCompletionSource<Frame> NewTurn() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
