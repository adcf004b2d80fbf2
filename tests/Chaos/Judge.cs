namespace Offloop.Chaos;

/// <summary>Compares what the executor said with what the ledger and the blows say. Every sentence that it returns is a broken
/// promise.</summary>
internal abstract class Judge(ILookup<int, Entry> ledger)
{
    private readonly List<string> _violations = [];

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
        {
            Begins(ending, [.. ledger[ending.Task].Where(static entry => entry.IsBegin)]);
            One(ending, [.. ledger[ending.Task].Where(static entry => !entry.IsBegin)]);
        }
    }

    public void Totals(ExecutorSnapshot end, int submitted)
    {
        long total = end.Succeeded + end.Failed + end.Cancelled + end.TimedOut + end.Lost;
        if (total != submitted || end.Queued != 0 || end.Running != 0)
            Say($"Of {submitted} tasks the executor counts {total} outcomes, {end.Queued} queued, {end.Running} running.");
    }

    /// <summary>Whether something happened to the worker or node of a task for which it may be late.</summary>
    protected abstract bool WasHeldUp(TaskFailure failure);

    /// <summary>Says so if what a task is said to have been lost to did not happen.</summary>
    protected abstract void Death(int task, FailureCause cause, string? signal, int? process);

    private void Begins(Ending ending, Entry[] begins)
    {
        foreach (Entry begin in begins.Where(static begin => begin.Milliseconds == Entry.BeginsTooSoon))
            Say($"Task {ending.Task} began while another attempt was running: {begin}.");
        RunsOnce(ending, begins);
        if (ending.Receipt is { } receipt && begins.Any(begin => begin.Attempt > receipt.Attempt))
            Say($"Task {ending.Task} began again after its success.");
    }

    private void RunsOnce(Ending ending, Entry[] runs)
    {
        if (runs.Select(static run => run.Attempt).Distinct().Count() != runs.Length)
            Say($"Task {ending.Task}: one attempt ran twice: {string.Join(", ", (object[])runs)}.");
        if (ending.Kind != Kind.Retried && runs.Length > 1)
            Say($"Task {ending.Task} ran {runs.Length} times, and may only once.");
    }

    private void One(Ending ending, Entry[] runs)
    {
        RunsOnce(ending, runs);
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

    /// <summary>The task's line is the last thing it does. One that was stopped then could not say so.</summary>
    private void Timeout(int task, TaskFailure failure, Entry[] runs)
    {
        if (WasHeldUp(failure))
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
}
