namespace Offloop.Telemetry;

/// <summary>Measures and traces one executor from what it hears. It hears of tasks only while somebody listens to metrics or spans.
/// </summary>
internal sealed class TelemetryListener : ExecutorListener
{
    private readonly string _name;
    private readonly string _kind;
    private readonly TimeProvider _time;
    private readonly Dictionary<int, string> _killed = []; // why, by worker; until it has ended
    private int _toReplace;

    /// <param name="name">The name of the executor.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="time">The clock of the events.</param>
    public TelemetryListener(string name, string kind, TimeProvider time) =>
        (_name, _kind, _time) = (name, kind, time);

    private KeyValuePair<string, object?>[] Executor => field ??= TelemetryNames.TagsOf(_name, _kind);

    public override bool HearsTasks => TaskSpans.IsListenedTo || ExecutorMeter.MeasuresTasks;

    public override bool MayHearTasks => true;

    public override void Hear(ExecutorEvent happened)
    {
        switch (happened)
        {
            case TaskStarted started:
                Hear(started);
                break;
            case TaskEndRequested requested:
                Note(requested.Task, "end requested", [new(TelemetryNames.TaskCause, TelemetryNames.Of(requested.Cause))]);
                break;
            case TaskEndForced forced:
                Note(forced.Task, "end forced", []);
                forced.Task.Span?.SetTag(TelemetryNames.SpansLost, true);
                break;
            case TaskRequeued { Lost: { } lost } requeued:
                Note(requeued.Task, "retried", [new(TelemetryNames.TaskCause, TelemetryNames.Of(lost.Cause))]);
                requeued.Task.Span?.SetTag(TelemetryNames.SpansLost, true);
                break;
            case TaskEnded ended:
                Hear(ended);
                break;
            case WorkerStarting:
                HearStarting();
                break;
            case WorkerKilled killed:
                _killed[killed.WorkerId] = killed.Cause is { } cause ? TelemetryNames.Of(cause) : "killed";
                break;
            case WorkerEnded ended:
                HearEnd(ended.WorkerId, ended.Expected ? "left" : "crash");
                break;
            case WorkerGivenUp givenUp:
                HearEnd(givenUp.WorkerId, "given_up");
                break;
        }
    }

    private void Hear(TaskStarted started)
    {
        TaskFacts task = started.Task;
        if (task is { Attempt: 1, SubmittedAt: { } submitted, StartedAt: { } at })
            ExecutorMeter.WaitDuration.Record(Math.Max(0, _time.GetElapsedTime(submitted, at).TotalSeconds), Executor);
        if (task.Span is { IsAllDataRequested: true } span)
        {
            TaskSpans.Note(
                span, "started", TimeOf(task.StartedAt ?? task.At),
                [
                    new(TelemetryNames.TaskAttempt, task.Attempt), new(TelemetryNames.WorkerId, started.WorkerId),
                    new(TelemetryNames.ProcessId, started.ProcessId),
                ]);
        }
    }

    private void Hear(TaskEnded ended)
    {
        TaskFacts task = ended.Task;
        string outcome = TelemetryNames.Of(ended.Kind);
        FailureCause? cause = CauseOf(ended);
        KeyValuePair<string, object?>[] tags = [.. Executor, new(TelemetryNames.TaskOutcome, outcome)];
        if (task.StartedAt is { } started)
            ExecutorMeter.RunDuration.Record(_time.GetElapsedTime(started, task.At).TotalSeconds, tags);
        ExecutorMeter.Tasks.Add(1, cause is { } known ? [.. tags, new(TelemetryNames.TaskCause, TelemetryNames.Of(known))] : tags);
        if (task.Span is not { } span)
            return;
        span.SetTag(TelemetryNames.TaskOutcome, outcome).SetTag(TelemetryNames.TaskAttempt, task.Attempt);
        if (cause is { } why)
            span.SetTag(TelemetryNames.TaskCause, TelemetryNames.Of(why));
        if (ended.Kind == OutcomeKind.Lost)
            span.SetTag(TelemetryNames.SpansLost, true);
        span.SetEndTime(TimeOf(task.At).UtcDateTime);
        // A cancellation is what its caller asked for.
        TaskSpans.End(span, ended.Kind == OutcomeKind.Cancelled ? null : ended.Exception);
    }

    private void HearStarting()
    {
        ExecutorMeter.WorkerStarts.Add(1, Executor);
        if (_toReplace == 0)
            return;
        _toReplace--;
        ExecutorMeter.WorkerRestarts.Add(1, Executor);
    }

    private void HearEnd(int worker, string otherwise)
    {
        bool wasKilled = _killed.Remove(worker, out string? why);
        if (wasKilled || otherwise != "left")
            _toReplace++;
        ExecutorMeter.WorkerEnds.Add(1, [.. Executor, new(TelemetryNames.WorkerEnd, why ?? otherwise)]);
    }

    private void Note(TaskFacts task, string name, KeyValuePair<string, object?>[] facts)
    {
        if (task.Span is { IsAllDataRequested: true } span)
            TaskSpans.Note(span, name, TimeOf(task.At), facts);
    }

    /// <summary>The time of a timestamp, in the time of the activities, whatever clock the executor has.</summary>
    private DateTimeOffset TimeOf(long timestamp) => DateTimeOffset.UtcNow - _time.GetElapsedTime(timestamp);

    /// <summary>The cause of a failure, one of a few. The type of an exception would be without a bound.</summary>
    private static FailureCause? CauseOf(TaskEnded ended) => ended switch
    {
        { Kind: OutcomeKind.Succeeded } => null,
        { Kind: OutcomeKind.Cancelled } => FailureCause.Cancellation,
        { Kind: OutcomeKind.TimedOut } => FailureCause.Timeout,
        { Exception: ExecutorException error } => error.Failure.Cause,
        { Exception: ObjectDisposedException } => FailureCause.Shutdown,
        _ => FailureCause.TaskException,
    };
}
