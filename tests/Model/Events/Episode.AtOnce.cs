using Offloop.Model.Reference;
using Offloop.Model.Seam;

namespace Offloop.Model.Events;

/// <content>What happens inside a call of the scheduler: a slot runs its task there and then, or dies of it.</content>
internal sealed partial class Episode
{
    private const int MaxDepth = 16;
    private int _depth;

    private void AnswerAtOnce(ModelSlot slot, ModelTask task)
    {
        if (!slot.Spec.AnswersAtOnce || _depth == MaxDepth || OneIn(3))
            return;
        _depth++;
        _model.BeginNested();
        if (slot is { Spec: { Concurrency: 1, Window: 1, ChunkWindow: 0 }, Window: 1 } && OneIn(6))
            DieAtOnce(slot, task);
        else
            EndAtOnce(slot, task);
        _depth--;
    }

    private void DieAtOnce(ModelSlot slot, ModelTask task)
    {
        LostFact[] facts = [new(task.Number, OneIn(2) ? Phase.NotStarted : Phase.Running, IsSuspect: false)];
        _history.Tell($"... {slot} dies at once: {facts[0]}");
        _model.Died(slot, facts, FailureCause.Crash);
        _driver.Died(slot.Number, facts, FailureCause.Crash);
    }

    private void EndAtOnce(ModelSlot slot, ModelTask task)
    {
        OwnEnd end = OwnEndOf(task);
        _history.Tell($"... {slot} ends {end} at once");
        _model.Started(slot, task);
        _driver.Started(slot.Number, task.Number);
        _model.Finished(slot, [end]);
        _driver.Finished(slot.Number, [end]);
    }
}
