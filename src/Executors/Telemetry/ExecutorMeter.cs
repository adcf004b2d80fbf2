using System.Diagnostics.Metrics;

namespace Offloop.Telemetry;

/// <summary>The instruments of all executors of this process, under one meter. Thread-safe.</summary>
internal static class ExecutorMeter
{
    private static readonly Meter s_meter = new(TelemetryNames.Meter, TelemetryNames.Version);

    /// <summary>From a hundred microseconds to ten minutes. It is made before the instruments that use it.</summary>
    private static readonly InstrumentAdvice<double> s_seconds = new()
    {
        HistogramBucketBoundaries = new[]
        {
            0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 600,
        },
    };

    public static Counter<long> Tasks { get; } = s_meter.CreateCounter<long>(
        "offloop.executor.tasks", "{task}", "Tasks that have ended, by outcome and cause.");

    public static Histogram<double> WaitDuration { get; } = s_meter.CreateHistogram(
        "offloop.executor.task.wait.duration", "s", "Time from the submit of a task to its first start.", advice: s_seconds);

    public static Histogram<double> RunDuration { get; } = s_meter.CreateHistogram(
        "offloop.executor.task.run.duration", "s", "Time from the last start of a task to its outcome.", advice: s_seconds);

    public static Counter<long> WorkerStarts { get; } = s_meter.CreateCounter<long>(
        "offloop.executor.worker.starts", "{worker}", "Workers that have begun to start.");

    public static Counter<long> WorkerRestarts { get; } = s_meter.CreateCounter<long>(
        "offloop.executor.worker.restarts", "{worker}", "Workers that have begun to start in place of one that crashed or was killed.");

    public static Counter<long> WorkerEnds { get; } = s_meter.CreateCounter<long>(
        "offloop.executor.worker.ends", "{worker}", "Workers that have ended, by the way in which they did.");

    public static Histogram<double> LoopLag { get; } = s_meter.CreateHistogram(
        "offloop.loop.lag", "s", "Time that a probe waits until the loop runs it.", advice: s_seconds);

    /// <summary>Whether anybody listens for what is known from the events of tasks.</summary>
    public static bool MeasuresTasks => Tasks.Enabled || WaitDuration.Enabled || RunDuration.Enabled;

    static ExecutorMeter()
    {
        s_meter.CreateObservableUpDownCounter(
            "offloop.executor.queue.length", () => Observe(static snapshot => snapshot.Queued), "{task}", "Tasks that wait for a worker.");
        s_meter.CreateObservableUpDownCounter(
            "offloop.executor.tasks.running", () => Observe(static snapshot => snapshot.Running), "{task}",
            "Tasks that are with a worker.");
        s_meter.CreateObservableUpDownCounter(
            "offloop.executor.threads.abandoned", () => Observe(static snapshot => snapshot.AbandonedThreads), "{thread}",
            "Threads that still run a task whose outcome is decided.");
        s_meter.CreateObservableUpDownCounter(
            "offloop.executor.worker.memory",
            () => Observe(static snapshot => snapshot.Workers.Sum(static worker => worker.ResidentBytes ?? 0)), "By",
            "Resident memory of the worker processes, as it was last looked at.");
        s_meter.CreateObservableUpDownCounter("offloop.executor.workers", ObserveWorkers, "{worker}", "Workers by state.");
    }

    private static IEnumerable<Measurement<long>> Observe(Func<ExecutorSnapshot, long> value)
    {
        foreach (ObservedExecutor observed in ObservedExecutors.All)
            yield return new Measurement<long>(value(observed.Snapshot()), observed.Tags);
    }

    private static IEnumerable<Measurement<long>> ObserveWorkers()
    {
        foreach (ObservedExecutor observed in ObservedExecutors.All)
        {
            WorkerSnapshot[] workers = [.. observed.Snapshot().Workers];
            foreach (WorkerState state in Enum.GetValues<WorkerState>())
            {
                yield return new Measurement<long>(
                    workers.Count(worker => worker.State == state),
                    [.. observed.Tags, new(TelemetryNames.WorkerState, TelemetryNames.Of(state))]);
            }
        }
    }
}
