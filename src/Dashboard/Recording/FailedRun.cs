using Offloop.Telemetry;

namespace Offloop.Dashboard.Recording;

/// <summary>A run of a task that has failed, in words, as the dashboard tells of it. It holds nothing of the task.</summary>
internal sealed record FailedRun
{
    private const int LongestMessage = 2_000;
    private const int LongestTail = 4_000;
    private const int LongestStack = 8_000;

    /// <summary>Which failure of the executor it is, counted from 1.</summary>
    public required long Number { get; init; }

    /// <summary>How many tasks were refused for this cause so far, of which this is the last; 1 for any other failure.</summary>
    public long Count { get; init; } = 1;

    public required DateTimeOffset Time { get; init; }

    public required long TaskId { get; init; }

    /// <summary>The name of the task.</summary>
    public required string Task { get; init; }

    public required int Attempt { get; init; }

    /// <summary>How the task has ended; null if it runs again.</summary>
    public required OutcomeKind? Outcome { get; init; }

    public required FailureCause Cause { get; init; }

    /// <summary>How far the task was; null for an exception of its own.</summary>
    public required TaskPhase? Phase { get; init; }

    /// <summary>The type of the exception that the caller gets, or that the task threw; null if there is none.</summary>
    public required string? ExceptionType { get; init; }

    public required string Message { get; init; }

    public required int? WorkerId { get; init; }

    public required int? ProcessId { get; init; }

    /// <summary>The name of the node that ran it, in a cluster.</summary>
    public required string? Node { get; init; }

    public required int? ExitCode { get; init; }

    public required string? ProbableSignal { get; init; }

    /// <summary>The last lines that the worker wrote to its standard error, or an empty string.</summary>
    public required string StandardErrorTail { get; init; }

    /// <summary>Where the task was, or where its exception was thrown; an empty string if nobody knows.</summary>
    public required string Stack { get; init; }

    public required string? DumpFile { get; init; }

    public static FailedRun From(TaskFailed failed, long number, DateTimeOffset time)
    {
        Exception? error = failed.Exception;
        TaskFailure? facts = failed.Failure ?? (error as ExecutorException)?.Failure;
        string type = error is RemoteTaskException remote ? remote.RemoteTypeName : error?.GetType().FullName ?? "";
        return new FailedRun
        {
            Number = number,
            Time = time,
            TaskId = failed.Task.Id,
            Task = Head(failed.Task.Name, LongestMessage),
            Attempt = failed.Task.Attempt,
            Outcome = failed.Kind,
            Cause = facts?.Cause ?? FailureCause.TaskException,
            Phase = failed.Failure?.Phase,
            ExceptionType = type.Length == 0 ? null : type,
            Message = Head(error is null ? "The worker was lost, and the task runs again." : MessageOf(error), LongestMessage),
            WorkerId = facts?.WorkerId,
            ProcessId = facts?.ProcessId,
            Node = facts?.Node,
            ExitCode = facts?.ExitCode,
            ProbableSignal = facts?.ProbableSignal,
            StandardErrorTail = Tail(facts?.StandardErrorTail ?? "", LongestTail),
            Stack = Head(facts?.Stack?.ToString() ?? StackOf(error), LongestStack),
            DumpFile = facts?.DumpFile,
        };
    }

    /// <summary>The first line of the message: what follows it, such as the standard error, is told apart from it.</summary>
    private static string MessageOf(Exception error)
    {
        string message = Read(error, static error => error.Message);
        int tail = error is ExecutorException or TaskTimeoutException
            ? message.IndexOf(" Its standard error ended with:", StringComparison.Ordinal)
            : -1;
        return tail < 0 ? message : message[..tail];
    }

    private static string StackOf(Exception? error) => error switch
    {
        RemoteTaskException remote => remote.RemoteStackTrace,
        null or ExecutorException or TaskTimeoutException => "", // of the executor itself, which says nothing about the task
        _ => Read(error, static error => error.StackTrace ?? ""),
    };

    /// <summary>What an exception says is code of the user.</summary>
    private static string Read(Exception error, Func<Exception, string> read)
    {
        try
        {
            return read(error) ?? "";
        }
        catch (Exception failure) // it may throw anything
        {
            return $"({failure.GetType().Name} while the exception was read)";
        }
    }

    private static string Head(string text, int longest) => text.Length <= longest ? text : text[..longest] + " … (cut)";

    private static string Tail(string text, int longest) => text.Length <= longest ? text : "(cut) … " + text[^longest..];
}
