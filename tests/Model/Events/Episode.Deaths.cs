using Offloop.Model.Reference;
using Offloop.Model.Seam;

namespace Offloop.Model.Events;

/// <content>How slots die, and what they say too late.</content>
internal sealed partial class Episode
{
    private static readonly FailureCause[] s_causes =
        [FailureCause.Crash, FailureCause.Exit, FailureCause.MemoryLimit, FailureCause.ProtocolError];

    private bool TryDie()
    {
        if (PickSlot(static slot => !slot.IsDead) is not { } slot)
            return false;
        Die(slot);
        return true;
    }

    /// <summary>Some of the first tasks may have ended without a report, others have run, and the rest has not started.</summary>
    private void Die(ModelSlot slot)
    {
        int ended = OneIn(3) ? _random.Next(slot.Tasks.Count + 1) : 0;
        int ran = ended + _random.Next(slot.Spec.Concurrency + 1);
        bool suspect = OneIn(3);
        List<LostFact> facts = [];
        foreach ((int index, ModelTask task) in slot.Tasks.Index())
        {
            Phase phase = index < ended ? Phase.ResultLost : task.HasStarted || index < ran ? Phase.Running : Phase.NotStarted;
            facts.Add(new LostFact(task.Number, phase, suspect && phase == Phase.NotStarted && OneIn(2))
            {
                IsShared = slot.Spec.Concurrency > 1 && phase != Phase.NotStarted && OneIn(2),
            });
            _past.Add((slot, task));
        }
        FailureCause cause = Pick(s_causes);
        _history.Begin($"{slot} dies ({cause}): {string.Join(", ", facts)}");
        List<ModelTask> tasks = [.. slot.Tasks];
        _model.Died(slot, facts, cause);
        _driver.Died(slot.Number, facts, cause);
        Check();
    }

    /// <summary>A slot that was told to end a task by force dies, or gives the task up and goes on.</summary>
    private bool TryEndForced()
    {
        if (PickSlot(static slot => !slot.IsDead && slot.Tasks.Exists(static task => task.IsForced)) is not { } slot)
            return false;
        ModelTask task = slot.Tasks.Find(static task => task.IsForced)!;
        if (slot.Tasks.IndexOf(task) < slot.Spec.Concurrency && OneIn(2))
        {
            Die(slot);
            return true;
        }
        FailureCause cause = Pick(s_causes);
        var fact = new LostFact(task.Number, task.HasStarted ? Phase.Running : Phase.NotStarted, IsSuspect: false);
        _history.Begin($"{slot} gives up {task} ({fact.Phase}, {cause})");
        slot.Ghosts.Add(task);
        _past.Add((slot, task));
        _model.LostOne(slot, fact, cause);
        _driver.LostOne(slot.Number, fact, cause);
        Check();
        return true;
    }

    /// <summary>A report about a task that is not there any more: it means nothing.</summary>
    private bool TryReportLate()
    {
        if (_past.Count == 0)
            return false;
        if (_past.Count > 40)
            _past.RemoveRange(0, 20);
        (ModelSlot slot, ModelTask task) = Pick(_past);
        if (task.Slot == slot)
            return false;
        switch (_random.Next(3))
        {
            case 0:
                _history.Begin($"{slot} says late that {task} has started");
                _model.Started(slot, task);
                _driver.Started(slot.Number, task.Number);
                break;
            case 1:
                OwnEnd end = OwnEndOf(task);
                _history.Begin($"{slot} says late that {task} has ended");
                _model.Finished(slot, [end]);
                _driver.Finished(slot.Number, [end]);
                break;
            default:
                var fact = new LostFact(task.Number, (Phase)_random.Next(3), IsSuspect: false);
                _history.Begin($"{slot} says late that {task} is lost");
                _model.LostOne(slot, fact, FailureCause.Crash);
                _driver.LostOne(slot.Number, fact, FailureCause.Crash);
                break;
        }
        Check();
        return true;
    }

    /// <summary>A slot gives back a task that was given up meanwhile.</summary>
    private bool TryReportGhost()
    {
        if (PickSlot(static slot => slot is { IsDead: false, Ghosts.Count: > 0 }) is not { } slot)
            return false;
        ModelTask ghost = Pick(slot.Ghosts);
        slot.Ghosts.Remove(ghost);
        if (ghost.Slot == slot)
            return false;
        _history.Begin($"{slot} gives back {ghost}, which was given up");
        _model.GivenBack(slot, [ghost]);
        _driver.GivenBack(slot.Number, [ghost.Number]);
        Check();
        return true;
    }
}
