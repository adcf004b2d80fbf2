using Offloop.Model.Seam;

namespace Offloop.Model.Reference;

/// <content>Which outcomes are right.</content>
internal sealed partial class ReferenceModel
{
    /// <summary>The outcome of a task that ended by itself.</summary>
    private static Ending Judge(ModelTask task, OwnEnd end)
    {
        if (task.Asked == Reason.Timeout)
            return WithLostRuns(task, Facts(EndingKind.TimedOut, FailureCause.Timeout));
        if (end.Exception is null)
            return new Ending(EndingKind.Succeeded) { Result = end.Result };
        if (end.Exception is not OperationCanceledException || task.Asked is null)
            return new Ending(EndingKind.Thrown) { Exception = end.Exception };
        return task.Asked == Reason.Cancellation
            ? new Ending(EndingKind.Cancelled) { Token = task.Token }
            : WithLostRuns(task, Facts(EndingKind.Lost, FailureCause.Shutdown));

        Ending Facts(EndingKind kind, FailureCause cause) =>
            new(kind) { Cause = cause, Phase = Phase.Running, Attempt = task.Attempt };
    }

    /// <summary>A task loses its slot: it ends, or goes back to the queue.</summary>
    private void Lose(ModelTask task, LostFact fact, FailureCause cause)
    {
        bool ran = fact.Phase != Phase.NotStarted;
        bool mayRetry = task.Spec.CrashRetries > 0;
        task.LostRuns += ran && mayRetry ? 1 : 0;
        Leave(task);
        var lost = new Ending(EndingKind.Lost) { Cause = cause, Phase = fact.Phase, Attempt = task.Attempt };
        if (task.Asked == Reason.Timeout)
            End(task, WithLostRuns(task, lost with { Kind = EndingKind.TimedOut, Cause = FailureCause.Timeout }));
        else if (task.Asked == Reason.Cancellation)
            End(task, new Ending(EndingKind.Cancelled) { Token = task.Token });
        else if (task.Asked == Reason.Shutdown)
            End(task, WithLostRuns(task, lost with { Cause = FailureCause.Shutdown }));
        else if (!ran && Refuses)
            End(task, new Ending(EndingKind.Broken));
        else if (!ran && _queuedAreCancelled)
            End(task, new Ending(EndingKind.Cancelled) { Token = CancellationToken.None });
        else if (!ran && (task.Suspicions >= Rules.MaxSuspicions || task.LostBeforeStart >= Rules.MaxLostBeforeStart))
            End(task, WithLostRuns(task, lost));
        else if (ran && task.Attempt > task.Spec.CrashRetries)
            End(task, WithLostRuns(task, lost));
        else if (ran && Refuses)
            End(task, WithLostRuns(task, lost));
        else
            Restore(task, ran, fact.IsShared);
    }

    private void Restore(ModelTask task, bool ran, bool isShared)
    {
        task.Attempt += ran ? 1 : 0;
        task.MayBeGuilty |= ran && isShared;
        task.IsRestored = true;
        Enqueue(task);
    }

    /// <summary>The failure lists every run that was lost.</summary>
    private static Ending WithLostRuns(ModelTask task, Ending ending) => ending with { LostRuns = task.LostRuns };
}
