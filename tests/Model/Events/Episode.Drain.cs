using Offloop.Model.Reference;
using Offloop.Model.Seam;

namespace Offloop.Model.Events;

/// <content>The end of an episode: every task gets its outcome, and nothing is left.</content>
internal sealed partial class Episode
{
    private const int MaxDrainSteps = 100_000;

    public void Drain()
    {
        if (OneIn(8))
            _ = TryBreak();
        if (OneIn(8))
            _ = TryDegrade();
        ShutDown((ShutdownMode)_random.Next(3));
        for (int step = 0; _model.Live.Count > 0; step++)
        {
            if (step == MaxDrainSteps)
                throw new BrokenPromiseException($"{_model.Live.Count} tasks are not done after {step} further events.");
            DrainStep();
        }
        _model.CheckDrained(_driver);
        _history.Begin("close");
        _model.Close();
        _driver.Close();
        Check();
        SubmitTooLate();
        _model.CheckDrained(_driver);
    }

    private void DrainStep()
    {
        if (OneIn(4) && TryEndForced())
            return;
        if (OneIn(10) && TryAdvance())
            return;
        if (OneIn(10) && TryCancelToken())
            return;
        if (TryFinish())
            return;
        ModelTask waiting = _model.Queue[0];
        AddSlot(isAttached: true, waiting.Spec.Requires);
    }

    private void SubmitTooLate()
    {
        TaskSpec spec = _profile.NewTask(_model.Tasks.Count + 1);
        _history.Begin($"submit {spec} to a closed scheduler");
        _model.Submit(spec, source: null);
        _driver.Submit(spec, CancellationToken.None);
        Check();
    }
}
