namespace Offloop.Benchmarks.Scenarios;

/// <summary>The scenarios that run in a process of this program, by name.</summary>
internal static class Scenario
{
    /// <summary>Whether the run is short and leaves out long measurements.</summary>
    public static bool IsShort(TimeSpan time) => time < TimeSpan.FromSeconds(0.5);

    public static Task<Dictionary<string, double>> MeasureAsync(string name, TimeSpan time) => name switch
    {
        "cold-worker" => ColdWorker.MeasureAsync(time),
        "killed-worker" => KilledWorker.MeasureAsync(time),
        "echo-memory" => EchoMemory.MeasureAsync(),
        "queue-memory" => QueueMemory.MeasureAsync(time),
        "scheduler" => Task.FromResult(SchedulerAlone.Measure(time)),
        "queue-length" => QueueLength.MeasureAsync(time),
        "long-map" => LongMap.MeasureAsync(),
        "map-lines" => MapLines.MeasureAsync(),
        "many-workers" => ManyWorkers.MeasureAsync(time),
        "threaded-workers" => ThreadedWorkers.MeasureAsync(time),
        _ when name.Split('/') is ["loop", var load, var executor] => LoopLag.MeasureAsync(load, executor, time),
        _ => throw new ArgumentException($"'{name}' is not a round."),
    };
}
