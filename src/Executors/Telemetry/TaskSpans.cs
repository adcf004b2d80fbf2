using System.Diagnostics;

namespace Offloop.Telemetry;

/// <summary>The spans of tasks, from one <see cref="ActivitySource"/>: that of the caller, from submit to outcome, and that of the run, its
/// child, in the process where the task runs. Without a listener no span is made. Thread-safe.</summary>
internal static class TaskSpans
{
    private static readonly ActivitySource s_source = new(TelemetryNames.Source, TelemetryNames.Version);

    /// <summary>Whether anybody in this process listens for spans.</summary>
    public static bool IsListenedTo => s_source.HasListeners();

    /// <summary>Begins the span of a task that is being submitted, as a child of the current activity, which stays the current one. Null if
    /// nobody wants the span.</summary>
    /// <param name="method">The name of the method, of which a program has few.</param>
    /// <param name="task">The name of the task.</param>
    /// <param name="id">The number of the task.</param>
    /// <param name="executor">The name of the executor.</param>
    public static Activity? BeginSubmit(string method, string task, long id, string executor)
    {
        if (!s_source.HasListeners())
            return null;
        Activity? current = Activity.Current;
        Activity? span = s_source.CreateActivity("submit " + method, ActivityKind.Producer);
        if (span is null)
            return null;
        span.SetTag(TelemetryNames.ExecutorName, executor).SetTag(TelemetryNames.TaskName, task).SetTag(TelemetryNames.TaskId, id);
        span.Start();
        Activity.Current = current;
        return span;
    }

    /// <summary>Begins the span of a task that this process passes on, as a child of its submitter's. Null if nobody wants the
    /// span.</summary>
    /// <param name="method">The name of the method.</param>
    /// <param name="parent">The id of the submitter's span.</param>
    /// <param name="executor">The name of the executor.</param>
    public static Activity? BeginRelay(string method, string parent, string executor)
    {
        if (!s_source.HasListeners())
            return null;
        Activity? current = Activity.Current;
        Activity? span = s_source.CreateActivity("relay " + method, ActivityKind.Producer, parent);
        span?.SetTag(TelemetryNames.ExecutorName, executor).Start();
        Activity.Current = current;
        return span;
    }

    /// <summary>Makes the span of a run, which is not started yet. Null if nobody wants it.</summary>
    /// <param name="method">The name of the method.</param>
    /// <param name="parent">The id of the caller's span.</param>
    public static Activity? MakeRun(string method, string parent) =>
        s_source.HasListeners() ? s_source.CreateActivity("run " + method, ActivityKind.Consumer, parent) : null;

    /// <summary>Adds an event to a span.</summary>
    public static void Note(Activity span, string name, DateTimeOffset time, KeyValuePair<string, object?>[] facts) =>
        span.AddEvent(new ActivityEvent(name, time, new ActivityTagsCollection(facts)));

    /// <summary>Ends a span. The current activity stays the current one.</summary>
    /// <param name="span">The span.</param>
    /// <param name="error">The error, or null if there was none.</param>
    public static void End(Activity span, Exception? error) =>
        End(span, error?.GetType().FullName, error is null ? null : MessageOf(error));

    /// <summary>Ends a span. The current activity stays the current one.</summary>
    /// <param name="span">The span.</param>
    /// <param name="errorType">What kind of error it was; null if there was none.</param>
    /// <param name="message">The error's message.</param>
    public static void End(Activity span, string? errorType, string? message)
    {
        if (errorType is not null)
            span.SetStatus(ActivityStatusCode.Error, message).SetTag(TelemetryNames.ErrorType, errorType);
        Activity? current = Activity.Current;
        span.Stop(); // makes the parent the current one, wherever it is called
        Activity.Current = current;
    }

    /// <summary>A message is code of the user.</summary>
    private static string MessageOf(Exception error)
    {
        try
        {
            return error.Message;
        }
        catch (Exception failure) // it may throw anything
        {
            return $"({failure.GetType().Name} while the message was read)";
        }
    }
}
