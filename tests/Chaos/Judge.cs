namespace Offloop.Chaos;

/// <summary>Compares what the pool said with what the ledger and the blows say. Every sentence that it returns is a broken
/// promise.</summary>
internal sealed class Judge(Deaths deaths, ILookup<int, Entry> ledger)
{
    private readonly List<string> _violations = [];

    /// <summary>Tasks lost with a worker that was not stopped and yet did not answer in time.</summary>
    public int Starved { get; private set; }

    /// <summary>Tasks that a starved machine ran so slowly that they timed out.</summary>
    public int Slow { get; private set; }

    public IReadOnlyList<string> Violations => _violations;

    public void Say(string violation) => _violations.Add(violation);

    public void Endings(IReadOnlyCollection<Ending> endings, int submitted)
    {
        int[] twice = [.. endings.GroupBy(static ending => ending.Task).Where(static group => group.Count() > 1).Select(
            static group => group.Key)];
        if (twice.Length > 0 || endings.Count != submitted)
            Say($"{submitted} tasks were submitted and {endings.Count} endings seen, {twice.Length} tasks with more than one.");
        foreach (Ending ending in endings)
            One(ending, [.. ledger[ending.Task]]);
    }

    public void Totals(ExecutorSnapshot end, int submitted)
    {
        long total = end.Succeeded + end.Failed + end.Cancelled + end.TimedOut + end.Lost;
        if (total != submitted || end.Queued != 0 || end.Running != 0)
            Say($"Of {submitted} tasks the pool counts {total} outcomes, {end.Queued} queued, {end.Running} running.");
    }

    private void One(Ending ending, Entry[] runs)
    {
        if (runs.Select(static run => run.Attempt).Distinct().Count() != runs.Length)
            Say($"Task {ending.Task}: one attempt ran twice: {string.Join(", ", (object[])runs)}.");
        if (ending.Kind != Kind.Retried && runs.Length > 1)
            Say($"Task {ending.Task} ran {runs.Length} times, and may only once.");
        switch (ending.Error)
        {
            case null:
                Success(ending.Task, ending.Receipt!, runs);
                break;
            case WorkerLostException lost:
                Loss(ending.Task, lost.Failure, runs);
                break;
            case TaskTimeoutException timeout when ending.Kind == Kind.Timed:
                Timeout(ending.Task, timeout.Failure, runs);
                break;
            case TaskTimeoutException when ending.Kind == Kind.Overrunning:
            case OperationCanceledException when ending.Kind == Kind.Cancelled:
                break;
            default:
                Say($"Task {ending.Task} ({ending.Kind}) failed with {ending.Error.GetType().Name}: {ending.Error.Message}");
                break;
        }
    }

    private void Success(int task, Receipt receipt, Entry[] runs)
    {
        if (receipt.Task != task)
            Say($"Task {task} got the result of task {receipt.Task}.");
        if (runs.Length == 0 || !runs.Any(run => run.IsBy(receipt.Attempt, receipt.ProcessId)))
            Say($"Task {task} succeeded with {receipt with { Ballast = "" }}, of which the ledger knows nothing.");
        if (runs.Any(run => run.Attempt > receipt.Attempt))
            Say($"Task {task} ran again after its success.");
    }

    /// <summary>The task's line is the last thing it does. A worker that was stopped then could not say so.</summary>
    private void Timeout(int task, TaskFailure failure, Entry[] runs)
    {
        if (deaths.WasStopped(failure.ProcessId))
            return;
        if (runs.FirstOrDefault(run => run.IsBy(failure.Attempt, failure.ProcessId)) is { } run
            && run.Milliseconds < Workload.TimedTimeout.TotalMilliseconds / 2)
            Say($"Task {task} is said to have timed out, and took {run.Milliseconds} ms.");
        else
            Slow++;
    }

    private void Loss(int task, TaskFailure failure, Entry[] runs)
    {
        if (failure.Phase == TaskPhase.NotStarted)
            Say($"Task {task} was lost although it had not started.");
        if (failure.Phase == TaskPhase.ResultLost && !runs.Any(run => run.IsBy(failure.Attempt, failure.ProcessId)))
            Say($"Task {task} is said to have returned, and left no line.");
        Death(task, failure.Cause, failure.ProbableSignal, failure.ProcessId);
        foreach (TaskAttempt attempt in failure.Attempts)
            Death(task, attempt.Cause, attempt.ProbableSignal, attempt.ProcessId);
    }

    private void Death(int task, FailureCause cause, string? signal, int? process)
    {
        if (cause == FailureCause.Unresponsive && !deaths.WasStopped(process) && deaths.WasTakenForDead(process))
        {
            Starved++;
            return;
        }
        bool happened = cause switch
        {
            FailureCause.Crash => (signal == "SIGKILL" && deaths.WasKilled(process)) || deaths.WasInTrouble(process),
            FailureCause.Exit => deaths.WasInTrouble(process),
            FailureCause.Unresponsive => deaths.WasStopped(process),
            FailureCause.Timeout or FailureCause.Cancellation => deaths.WasKilledByPool(process, cause),
            _ => false,
        };
        if (!happened)
            Say($"Task {task} is said to have been lost to {cause} ({signal}) of process {process}, which did not happen.");
    }
}
