using System.Globalization;
using Offloop.Telemetry;

namespace Offloop.Scheduling;

/// <summary>The words of the executors' own exceptions, from the facts.</summary>
internal static class Failures
{
    /// <param name="item">The task.</param>
    /// <param name="facts">What is known of its end.</param>
    /// <param name="timeout">The time that it had.</param>
    /// <param name="grace">The time that it had after that, if it was ended by force; null if it ended by itself.</param>
    /// <param name="thrown">What it threw when it ended, or null.</param>
    public static Outcome.Failed TimedOut(WorkItem item, TaskFailure facts, TimeSpan timeout, TimeSpan? grace, Exception? thrown)
    {
        facts = facts with { Cause = FailureCause.Timeout };
        string limit = string.Create(CultureInfo.InvariantCulture, $"longer than its timeout of {timeout.TotalSeconds:0.###} s");
        string text = facts.WorkerId is null
            ? $"{Task(item, facts)} ran {limit}."
            : $"{Worker(facts)} ran {Task(item, facts)} {limit}.";
        if (grace is { } time)
        {
            string end = facts.ExitCode is null ? "was given up" : "was killed with its process";
            string seconds = time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
            text += time == TimeSpan.Zero
                ? $" The call {end}."
                : $" The call did not end within the CancellationGrace of {seconds} s, and {end}.";
        }
        text += Place(facts);
        return new Outcome.Failed(new TaskTimeoutException(text, facts, thrown), OutcomeKind.TimedOut);
    }

    public static Outcome.Failed ShutDown(WorkItem item, TaskFailure facts)
    {
        facts = facts with { Cause = FailureCause.Shutdown };
        string text = facts.WorkerId is null
            ? $"{Task(item, facts)} was ended because its executor was shut down."
            : $"{Worker(facts)} had to give up {Task(item, facts)} because its executor was shut down.";
        return new Outcome.Failed(new WorkerLostException(text, facts), OutcomeKind.Lost);
    }

    public static Outcome.Failed WorkerLost(WorkItem item, TaskFailure facts)
    {
        string task = Task(item, facts);
        if (facts.Cause == FailureCause.NodeLost)
        {
            string what = facts.Phase == TaskPhase.NotStarted ? $"before it started {task}" : $"with {task}, which may have run";
            return new Outcome.Failed(
                new WorkerLostException($"Node {facts.Node} was lost {what}.{Attempts(facts)}", facts), OutcomeKind.Lost);
        }
        string when = facts.Phase switch
        {
            TaskPhase.NotStarted when item.LostBeforeStart > 1 =>
                string.Create(CultureInfo.InvariantCulture, $"before it started {task}, like {item.LostBeforeStart - 1} workers before it"),
            TaskPhase.NotStarted => $"before it started {task}",
            TaskPhase.Running => $"while running {task}",
            TaskPhase.ResultLost => $"after {task} had returned and before the result arrived",
            _ => $"with {task}, which may have run",
        };
        string text = $"{Worker(facts)} {HowItEnded(item, facts)} {when}.{Place(facts)}{Neighbours(facts)}{Attempts(facts)}"
            + StandardError(facts);
        return new Outcome.Failed(new WorkerLostException(text, facts), OutcomeKind.Lost);
    }

    public static Outcome.Failed QueueFull(WorkItem item, int capacity)
    {
        var facts = new TaskFailure { Cause = FailureCause.QueueFull };
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"'{item.Name}' was rejected because the queue is full: its QueueCapacity is {capacity}. Submit later, or choose "
                + $"QueueFullMode.Wait.");
        return new Outcome.Failed(new QueueFullException(text, facts), OutcomeKind.Failed);
    }

    public static Outcome.Failed EndedByHand(WorkItem item, TaskFailure facts)
    {
        facts = facts with { Cause = FailureCause.Cancellation, Attempt = item.Attempt };
        string text = $"{Task(item, facts)} was ended by hand, by somebody who looks after the executor.{Place(facts)}";
        return new Outcome.Failed(new ExecutorException(text, facts), OutcomeKind.Failed);
    }

    /// <summary>A new exception for each task: one object thrown to many awaiters would mix their stacks.</summary>
    public static BrokenExecutorException Broken(string reason, TaskFailure facts) =>
        new($"The executor cannot start workers: {reason}{StandardError(facts)}", facts);

    private static string Worker(TaskFailure facts) => facts switch
    {
        { WorkerId: { } worker, ProcessId: { } process } =>
            string.Create(CultureInfo.InvariantCulture, $"Worker {worker} (process {process}{Of(facts.Node)})"),
        { WorkerId: { } worker } => string.Create(CultureInfo.InvariantCulture, $"Worker {worker}"),
        _ => "The worker",
    };

    private static string Of(string? node) => node is null ? "" : $" of node {node}";

    private static string Task(WorkItem item, TaskFailure facts) =>
        string.Create(CultureInfo.InvariantCulture, $"'{item.Name}' (attempt {facts.Attempt})");

    private static string HowItEnded(WorkItem item, TaskFailure facts) => facts switch
    {
        { Cause: FailureCause.MemoryLimit } => string.Create(
            CultureInfo.InvariantCulture,
            $"was killed over its MaxWorkerMemory of {facts.MemoryLimitBytes:N0} bytes (it used {facts.ResidentBytes:N0})"),
        { Cause: FailureCause.Unresponsive } => "was killed because it no longer answered",
        { Cause: FailureCause.ProtocolError } => "was killed because it broke the protocol",
        { Cause: FailureCause.Timeout or FailureCause.Cancellation, EndedBy: { } other } => string.Create(
            CultureInfo.InvariantCulture, $"was killed because task {other} had not ended in time"),
        { ProbableSignal: "SIGKILL" } =>
            "was killed from outside (probably SIGKILL; if nobody sent it, look for the kernel's out-of-memory killer in the system log)",
        { ProbableSignal: { } signal } => $"crashed (probably {signal})",
        { ExitCode: { } code, EndedBy: { } by } when by != item.Id => string.Create(
            CultureInfo.InvariantCulture, $"exited with code {code}, because task {by} called Environment.Exit,"),
        { ExitCode: { } code, EndedBy: not null, SharedWith.Count: > 0 } => string.Create(
            CultureInfo.InvariantCulture, $"exited with code {code}, because this task called Environment.Exit,"),
        { ExitCode: { } code } => string.Create(CultureInfo.InvariantCulture, $"exited with code {code}"),
        _ => "ended",
    };

    private static string Place(TaskFailure facts) => facts.Stack?.Sentence is { Length: > 0 } place ? $" {place}" : "";

    private static string Neighbours(TaskFailure facts)
    {
        const int Named = 3;
        if (facts.SharedWith is not [_, ..] others)
            return "";
        string named = string.Join(", ", others.Take(Named).Select(
            static other => string.Create(CultureInfo.InvariantCulture, $"'{other.Name}' (task {other.TaskId})")));
        string more = others.Count <= Named ? "" : string.Create(CultureInfo.InvariantCulture, $" and {others.Count - Named} more");
        return $" Beside it ran {named}{more}.";
    }

    private static string Attempts(TaskFailure facts) => facts.Attempts.Count <= 1
        ? ""
        : $" Attempts: {string.Join("; ", facts.Attempts.Select(Attempt))}.";

    private static string Attempt(TaskAttempt attempt)
    {
        string end = attempt.Cause == FailureCause.NodeLost
            ? "node lost"
            : attempt.ProbableSignal ?? string.Create(CultureInfo.InvariantCulture, $"exit code {attempt.ExitCode}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{attempt.Attempt}: {end} ({attempt.Phase}, process {attempt.ProcessId}, {attempt.Duration.TotalSeconds:0.###} s)");
    }

    private static string StandardError(TaskFailure facts) =>
        facts.StandardErrorTail.Length == 0 ? "" : $" Its standard error ended with:{Environment.NewLine}{facts.StandardErrorTail}";
}
