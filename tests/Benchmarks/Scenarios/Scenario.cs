namespace Offloop.Benchmarks.Scenarios;

/// <summary>The scenarios that run in a process of this program, by the name that is given to it.</summary>
internal static class Scenario
{
    /// <summary>Short runs leave out what takes long.</summary>
    public static bool IsShort(TimeSpan time) => time < TimeSpan.FromSeconds(0.5);

    public static Task<Dictionary<string, double>> MeasureAsync(string name, TimeSpan time) => name switch
    {
        "cold-worker" => ColdWorker.MeasureAsync(time),
        "killed-worker" => KilledWorker.MeasureAsync(time),
        "echo-memory" => EchoMemory.MeasureAsync(),
        "queue-memory" => QueueMemory.MeasureAsync(time),
        "queue-length" => QueueLength.MeasureAsync(time),
        "long-map" => LongMap.MeasureAsync(),
        "many-workers" => ManyWorkers.MeasureAsync(time),
        _ when name.Split('/') is ["loop", var load, var executor] => LoopLag.MeasureAsync(load, executor, time),
        _ => throw new ArgumentException($"There is no round '{name}'."),
    };
}
