using Offloop.Model.Seam;

namespace Offloop.Model.Reference;

/// <summary>The plain model: it is told every event before the scheduler is, works out which answers are right, and compares each with the
/// answer that comes. It shares no code with the scheduler and does not care how that one does its work.</summary>
internal sealed partial class ReferenceModel(SchedulerSetup setup, ModelClock clock, Action<string> tell)
{
    private readonly List<ModelTask> _queue = [];
    private readonly List<ModelTask> _waiting = [];
    private readonly Dictionary<(int Slot, int Task), Reason> _requestsDue = [];
    private readonly HashSet<(int Slot, int Task)> _forcesDue = [];
    private readonly List<ModelTask> _endingNow = [];
    private readonly long[] _totals = new long[Enum.GetValues<EndingKind>().Length];
    private readonly HashSet<int> _giveUpsDue = [];
    private ModelSlot? _kept; // the slot that is kept for a task which runs alone
    private bool _queuedAreCancelled;
    private bool _refusesForNow;
    private long _idleMoments;

    /// <summary>Every task of this scheduler, by number.</summary>
    public List<ModelTask> Tasks { get; } = [];

    /// <summary>The tasks that have no outcome yet.</summary>
    public List<ModelTask> Live { get; } = [];

    /// <summary>Every slot of this scheduler, by number.</summary>
    public List<ModelSlot> Slots { get; } = [];

    public IReadOnlyList<ModelTask> Queue => _queue;

    public ExecutorState State { get; private set; }

    public bool IsOpen => State is ExecutorState.Open or ExecutorState.Degraded;

    /// <summary>Whether no worker can be started, for good.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Whether tasks without a slot fail, because no worker can be started.</summary>
    private bool Refuses => IsBroken || _refusesForNow;

    private void End(ModelTask task, params ReadOnlySpan<Ending> legal)
    {
        task.Place = Place.Ending;
        task.Legal = [.. legal];
        task.Due = null;
        _endingNow.Add(task);
    }

    /// <summary>Puts a task where its priority and number say.</summary>
    private void Enqueue(ModelTask task)
    {
        task.Place = Place.Queued;
        int at = _queue.Count;
        while (at > 0 && task.GoesBefore(_queue[at - 1]))
            at--;
        _queue.Insert(at, task);
    }

    /// <summary>Tasks that wait for room come into the queue in the order of their submits, as soon as there is room.</summary>
    private void Admit()
    {
        while (_waiting.Count > 0 && _queue.Count < setup.Capacity)
        {
            ModelTask next = _waiting[0];
            _waiting.RemoveAt(0);
            Enqueue(next);
        }
    }

    private void Leave(ModelTask task)
    {
        ModelSlot slot = task.Slot!;
        slot.Tasks.Remove(task);
        slot.IdleSince = slot.Tasks.Count == 0 ? ++_idleMoments : slot.IdleSince;
        task.Slot = null;
        task.Due = null;
        task.HasStarted = task.IsForced = false;
    }

    private TimeSpan? TimeoutOf(ModelTask task) =>
        task.Spec.Timeout is not { } own ? setup.TaskTimeout : own == Timeout.InfiniteTimeSpan ? null : own;
}
