using Offloop.Model.Reference;
using Offloop.Model.Seam;

namespace Offloop.Model.Events;

/// <summary>The life of one scheduler under random events, from its making until nothing is left of it.</summary>
internal sealed partial class Episode
{
    private readonly Random _random;
    private readonly History _history;
    private readonly Profile _profile;
    private readonly ModelClock _clock = new();
    private readonly ReferenceModel _model;
    private readonly SchedulerDriver _driver;
    private readonly List<CancellationTokenSource> _sources = [];
    private readonly List<(ModelSlot Slot, ModelTask Task)> _past = [];
    private readonly (int Weight, Func<bool> Try)[] _events;
    private readonly int _weights;
    private Task? _drained;

    public Episode(Random random, History history)
    {
        (_random, _history) = (random, history);
        _profile = new Profile(random);
        _model = new ReferenceModel(_profile.Setup, _clock, history.Tell);
        _driver = new SchedulerDriver(_profile.Setup, _clock, _model);
        _model.HasSent = AnswerAtOnce;
        _model.HasGivenUp = slot => _past.AddRange(slot.Tasks.Select(task => (slot, task)));
        _events = Events();
        _weights = _events.Sum(static entry => entry.Weight);
    }

    public ReferenceModel Model => _model;

    public override string ToString() => $"{_profile.Setup}";

    /// <summary>Does one random event that is possible now, and checks.</summary>
    public void Step()
    {
        while (true)
        {
            int at = _random.Next(_weights);
            foreach ((int weight, Func<bool> attempt) in _events)
            {
                at -= weight;
                if (at >= 0)
                    continue;
                if (attempt())
                    return;
                break;
            }
        }
    }

    private (int Weight, Func<bool> Try)[] Events() =>
    [
        (_profile.Submits * 10, TrySubmit),
        (60, TryCancelToken),
        (20, TryCancelAsMap),
        (120, TryStart),
        (200, TryFinish),
        (40, TryGiveBack),
        (40, TryEndForced),
        (_profile.Deaths, TryDie),
        (80, TryAdvance),
        (20, TryPause),
        (20, TryCallOvertaken),
        (40, TryAddSlot),
        (10, TryAttachAgain),
        (10, TryRetire),
        (10, TryDetachIdle),
        (20, TryReportLate),
        (20, TryReportGhost),
        (1, TryShutDown),
        (1, TryBreak),
        (4, TryDegrade),
        (4, TryRecover),
    ];

    private T Pick<T>(IReadOnlyList<T> from) => from[_random.Next(from.Count)];

    private bool OneIn(int count) => _random.Next(count) == 0;

    /// <summary>A slot for which something holds, or null.</summary>
    private ModelSlot? PickSlot(Predicate<ModelSlot> where)
    {
        List<ModelSlot> found = _model.Slots.FindAll(where);
        return found.Count == 0 ? null : Pick(found);
    }

    private void Check() => _model.CheckAtRest(_driver, _drained);
}
