using Offloop.Model.Reference;
using Offloop.Model.Seam;

namespace Offloop.Model.Events;

/// <content>What callers do, and the clock.</content>
internal sealed partial class Episode
{
    private bool TrySubmit()
    {
        if (!_model.IsOpen && !OneIn(4))
            return false;
        TaskSpec spec = _profile.NewTask(_model.Tasks.Count + 1);
        CancellationTokenSource? source = NewSource();
        string token = source is null ? "" : source.IsCancellationRequested ? ", cancelled before" : $", token {_sources.IndexOf(source)}";
        _history.Begin($"submit {spec}{token}");
        ModelTask task = _model.Submit(spec, source);
        _driver.Submit(spec, task.Token);
        Check();
        return true;
    }

    /// <summary>None, one that is shared, one for the task alone, or one that is cancelled already.</summary>
    private CancellationTokenSource? NewSource()
    {
        int kind = _random.Next(20);
        if (kind < 8)
            return null;
        // Each task has its own: of tasks that are cancelled together one may be sent meanwhile, which the model cannot know.
        var source = new CancellationTokenSource();
        if (kind == 19)
            source.Cancel();
        else
            _sources.Add(source);
        return source;
    }

    private bool TryCancelToken()
    {
        if (_sources.Count == 0)
            return false;
        int index = _random.Next(_sources.Count);
        CancellationTokenSource source = _sources[index];
        _history.Begin($"cancel token {index}");
        _sources.RemoveAt(index);
        _model.Cancel([.. _model.Live.Where(task => task.Source == source)]);
        source.Cancel();
        Check();
        return true;
    }

    private bool TryCancelAsMap()
    {
        List<ModelTask> items = _model.Live.FindAll(static task => task.Source is null);
        if (items.Count == 0)
            return false;
        ModelTask task = Pick(items);
        _history.Begin($"cancel {task}");
        _model.Cancel(task);
        _driver.Cancel(task.Number);
        Check();
        return true;
    }

    private bool TryAdvance()
    {
        TimeSpan target = _clock.Now + TimeSpan.FromMilliseconds(OneIn(10) ? 10_000 : _random.Next(0, 1_000));
        _history.Begin($"the clock goes on to {target.TotalMilliseconds} ms");
        AdvanceTo(target);
        return true;
    }

    private void AdvanceTo(TimeSpan target)
    {
        while (_model.NextDue(target) is { } next)
        {
            _clock.AdvanceTo(next);
            Check();
        }
        _clock.AdvanceTo(target);
        Check();
    }

    /// <summary>Time goes by and no timer is called: each is late then.</summary>
    private bool TryPause()
    {
        TimeSpan time = TimeSpan.FromMilliseconds(_random.Next(0, 2_000));
        _history.Begin($"a pause of {time.TotalMilliseconds} ms");
        _clock.Jump(time);
        Check();
        return true;
    }

    /// <summary>Timers are called that were stopped too late.</summary>
    private bool TryCallOvertaken()
    {
        _history.Begin("overtaken timers call");
        AdvanceTo(_clock.Now);
        if (_clock.CallOvertaken() > 0)
            Check();
        return true;
    }

    private bool TryShutDown()
    {
        if (!OneIn(2))
            return false;
        ShutDown((ShutdownMode)_random.Next(3));
        return true;
    }

    private void ShutDown(ShutdownMode mode)
    {
        _history.Begin($"shut down: {mode}");
        _model.ShutDown(mode);
        Task drained = _driver.ShutDown(mode);
        _drained ??= drained;
        if (drained != _drained)
            throw new BrokenPromiseException("A second shutdown waits for something else than the first.");
        Check();
    }

    private bool TryBreak()
    {
        if (!OneIn(8))
            return false;
        _history.Begin("break");
        _model.Break();
        _driver.Break();
        Check();
        return true;
    }

    private bool TryDegrade()
    {
        bool refuses = OneIn(2);
        _history.Begin(refuses ? "degrade, and refuse" : "degrade");
        _model.Degrade(refuses);
        _driver.Degrade(refuses);
        Check();
        return true;
    }

    private bool TryRecover()
    {
        _history.Begin("recover");
        _model.Recover();
        _driver.Recover();
        Check();
        return true;
    }
}
