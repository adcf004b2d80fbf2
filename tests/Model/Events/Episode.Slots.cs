using System.Globalization;
using Offloop.Model.Reference;
using Offloop.Model.Seam;

namespace Offloop.Model.Events;

/// <content>What slots do.</content>
internal sealed partial class Episode
{
    private bool TryAddSlot()
    {
        if (_model.Slots.Count(static slot => slot.IsOpen) >= _profile.Slots)
            return false;
        AddSlot(isAttached: !OneIn(8));
        return true;
    }

    private void AddSlot(bool isAttached, string? label = null)
    {
        SlotSpec spec = _profile.NewSlot(_model.Slots.Count + 1);
        if (label is not null)
            spec = spec with { Label = label };
        _history.Begin($"{(isAttached ? "attach" : "make")} {spec}");
        if (isAttached)
            AttachNew(spec);
        else
            Add(spec);
        Check();
    }

    private void AttachNew(SlotSpec spec)
    {
        _model.Attach(Add(spec));
        _driver.Attach(spec.Number);
    }

    private ModelSlot Add(SlotSpec spec)
    {
        var slot = new ModelSlot(spec);
        _model.Slots.Add(slot);
        _driver.Add(spec);
        return slot;
    }

    /// <summary>A slot that was not attached yet, or that died before it could be.</summary>
    private bool TryAttachAgain()
    {
        if (PickSlot(static slot => !slot.IsAttached) is not { } slot)
            return false;
        _history.Begin($"attach {slot}{(slot.IsGone ? ", which is gone" : "")}");
        _model.Attach(slot);
        _driver.Attach(slot.Number);
        Check();
        return true;
    }

    private bool TryRetire()
    {
        if (PickSlot(static slot => slot.IsOpen) is not { } slot)
            return false;
        _history.Begin($"retire {slot}");
        ReferenceModel.Retire(slot);
        _driver.Retire(slot.Number);
        Check();
        return true;
    }

    private bool TryDetachIdle()
    {
        if (PickSlot(static slot => !slot.IsGone) is not { } slot)
            return false;
        _history.Begin($"detach {slot} if it is idle");
        bool leaves = ReferenceModel.TryDetachIdle(slot);
        if (_driver.TryDetachIdle(slot.Number) != leaves)
            throw new BrokenPromiseException($"{slot} has {slot.Tasks.Count} tasks, but it {(leaves ? "had to stay" : "could leave")}.");
        Check();
        return true;
    }

    private bool TryStart()
    {
        if (PickSlot(static slot => slot.Tasks.Take(slot.Spec.Concurrency).Any(static task => !task.HasStarted)) is not { } slot)
            return false;
        ModelTask task = slot.Tasks.First(static task => !task.HasStarted);
        _history.Begin($"{slot} starts {task}");
        _model.Started(slot, task);
        _driver.Started(slot.Number, task.Number);
        Check();
        return true;
    }

    private bool TryFinish()
    {
        if (PickSlot(static slot => slot.Tasks.Count > 0) is not { } slot)
            return false;
        int count = OneIn(3) ? _random.Next(1, slot.Tasks.Count + 1) : 1;
        List<ModelTask> tasks = [slot.Tasks[_random.Next(Math.Min(slot.Tasks.Count, slot.Spec.Concurrency))]];
        tasks.AddRange(slot.Tasks.Where(task => task != tasks[0]).Take(count - 1));
        if (OneIn(4))
        {
            slot.Window = _profile.NewWindow(slot.Spec);
            _driver.SetWindow(slot.Number, slot.Window);
        }
        Finish(slot, tasks);
        return true;
    }

    private void Finish(ModelSlot slot, List<ModelTask> tasks)
    {
        List<OwnEnd> ends = [.. tasks.Select(OwnEndOf)];
        _history.Begin($"{slot} (window {slot.Window}) ends {string.Join(", ", ends)}");
        foreach (ModelTask task in tasks)
            _past.Add((slot, task));
        _model.Finished(slot, ends);
        _driver.Finished(slot.Number, ends);
        Check();
    }

    private OwnEnd OwnEndOf(ModelTask task)
    {
        int result = _random.Next();
        string name = result.ToString(CultureInfo.InvariantCulture);
        int kind = _random.Next(10);
        return new OwnEnd(task.Number, result, kind switch
        {
            0 => new InvalidOperationException($"with error {name}"),
            1 => new OperationCanceledException($"with cancellation {name}"),
            2 or 3 or 4 when task.Asked is not null => new OperationCanceledException($"with cancellation {name}"),
            _ => null,
        });
    }

    /// <summary>Gives back tasks that wait behind the one that runs, in the order in which they would have run.</summary>
    private bool TryGiveBack()
    {
        if (PickSlot(static slot => slot.Tasks.Skip(slot.Spec.Concurrency).Any(static task => !task.HasStarted)) is not { } slot)
            return false;
        List<ModelTask> tasks = [.. slot.Tasks.Skip(slot.Spec.Concurrency).Where(static task => !task.HasStarted)];
        while (tasks.Count > 1 && OneIn(2))
            tasks.RemoveAt(_random.Next(tasks.Count));
        tasks.Sort(static (left, right) => left.GoesBefore(right) ? -1 : left == right ? 0 : 1);
        slot.Window = slot.Spec.Concurrency; // as a worker's: its task has turned out long
        _driver.SetWindow(slot.Number, slot.Window);
        GiveBack(slot, tasks);
        return true;
    }

    private void GiveBack(ModelSlot slot, List<ModelTask> tasks)
    {
        _history.Begin($"{slot} (window {slot.Window}) gives back {string.Join(", ", tasks)}");
        foreach (ModelTask task in tasks)
            _past.Add((slot, task));
        _model.GivenBack(slot, tasks);
        _driver.GivenBack(slot.Number, [.. tasks.Select(static task => task.Number)]);
        Check();
    }
}
