using System.Globalization;

namespace Offloop.Scheduling;

/// <summary>The words of the executors' own exceptions, from the facts.</summary>
internal static class Failures
{
    public static Outcome TimedOut(WorkItem item, TaskFailure facts, TimeSpan timeout, Exception? thrown)
    {
        facts = facts with { Cause = FailureCause.Timeout };
        string text = $"The task {item.Name} ran longer than its timeout of {Seconds(timeout)} and was ended{Where(facts)}.";
        return new Outcome.Failed(new TaskTimeoutException(text, facts, thrown), OutcomeKind.TimedOut);
    }

    public static Outcome ShutDown(WorkItem item, TaskFailure facts)
    {
        facts = facts with { Cause = FailureCause.Shutdown };
        return new Outcome.Failed(new WorkerLostException($"The task {item.Name} was ended because its executor was shut down{Where(facts)}.", facts), OutcomeKind.Lost);
    }

    public static Outcome WorkerLost(WorkItem item, TaskFailure facts)
    {
        string phase = facts.Phase switch
        {
            TaskPhase.NotStarted when item.LostBeforeStart > 1 => string.Create(CultureInfo.InvariantCulture, $"before the task started, as did {item.LostBeforeStart - 1} others before it"),
            TaskPhase.NotStarted => "before the task started",
            TaskPhase.Running => "while the task ran",
            _ => "after the task had returned and before its result arrived",
        };
        string text = $"The worker of the task {item.Name} {HowItEnded(facts)} {phase}{Where(facts)}.{Attempts(facts)}{StandardError(facts)}";
        return new Outcome.Failed(new WorkerLostException(text, facts), OutcomeKind.Lost);
    }

    public static Outcome QueueFull(WorkItem item, int capacity)
    {
        var facts = new TaskFailure { Cause = FailureCause.QueueFull };
        string text = $"The task {item.Name} was rejected: the queue holds {capacity} tasks, which is its QueueCapacity. Submit later, or choose QueueFullMode.Wait.";
        return new Outcome.Failed(new QueueFullException(text, facts), OutcomeKind.Failed);
    }

    public static Outcome Payload(Exception error, TaskFailure facts, TaskPhase phase) =>
        new Outcome.Failed(new ExecutorException(error.Message, facts with { Cause = FailureCause.Payload, Phase = phase }, error.InnerException), OutcomeKind.Failed);

    /// <summary>A new exception for each task: one object thrown to many awaiters would mix their stacks.</summary>
    public static BrokenExecutorException Broken(string reason, TaskFailure facts) =>
        new($"The executor cannot start workers: {reason}{StandardError(facts)}", facts);

    private static string HowItEnded(TaskFailure facts) => facts switch
    {
        { Cause: FailureCause.MemoryLimit } => string.Create(
            CultureInfo.InvariantCulture, $"was ended because it used {facts.ResidentBytes:N0} bytes of memory, more than its MaxWorkerMemory of {facts.MemoryLimitBytes:N0},"),
        { Cause: FailureCause.Unresponsive } => "was ended because it did not answer any more",
        { Cause: FailureCause.ProtocolError } => "broke the protocol and was ended",
        { ProbableSignal: "SIGKILL" } => "was killed from outside (probably SIGKILL; if nobody did, look for the kernel's out-of-memory killer in the system log)",
        { ProbableSignal: { } signal } => $"crashed (probably {signal})",
        { ExitCode: { } code } => string.Create(CultureInfo.InvariantCulture, $"exited with code {code}"),
        _ => "ended",
    };

    private static string Where(TaskFailure facts) => facts switch
    {
        { WorkerId: { } worker, ProcessId: { } process } => string.Create(CultureInfo.InvariantCulture, $" (worker {worker}, process {process}, attempt {facts.Attempt})"),
        { WorkerId: { } worker } => string.Create(CultureInfo.InvariantCulture, $" (worker {worker}, attempt {facts.Attempt})"),
        _ => "",
    };

    private static string Attempts(TaskFailure facts) => facts.Attempts.Count <= 1
        ? ""
        : " Its attempts: " + string.Join("; ", facts.Attempts.Select(attempt => string.Create(
            CultureInfo.InvariantCulture,
            $"{attempt.Attempt}: {attempt.ProbableSignal ?? $"exit code {attempt.ExitCode}"} ({attempt.Phase}, process {attempt.ProcessId}, {attempt.Duration.TotalSeconds:0.###} s)"))) + ".";

    private static string StandardError(TaskFailure facts) =>
        facts.StandardErrorTail.Length == 0 ? "" : $" Its standard error ended with:{Environment.NewLine}{facts.StandardErrorTail}";

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s");
}
