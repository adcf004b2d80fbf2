using System.Globalization;
using System.Text.Json;
using Offloop.Benchmarks.Pools;
using Offloop.Benchmarks.Scenarios;

namespace Offloop.Benchmarks.Running;

/// <summary>One round of a contestant that is written in C#, in a new process: nothing is compiled, allocated or left over from the rounds
/// before it.</summary>
internal static class Round
{
    public static Contestant Of(string name, BenchOptions options, string round, int? rounds = null) => new ScriptContestant(
        name, rounds ?? options.Rounds, options.RoundTimeout, Environment.ProcessPath!,
        "--round", round, Text(options.Seconds), Text(options.EchoBudget));

    /// <summary>Runs a round. The arguments are its name, the seconds of a measurement, and the budget of the largest echo.</summary>
    public static async Task<int> ExecuteAsync(string[] arguments)
    {
        double seconds = double.Parse(arguments[1], CultureInfo.InvariantCulture);
        var time = TimeSpan.FromSeconds(seconds);
        var budget = TimeSpan.FromSeconds(double.Parse(arguments[2], CultureInfo.InvariantCulture));
        Dictionary<string, double> values = arguments[0] switch
        {
            "process" => await PoolRound.MeasureAsync(ExecutorPool.Processes, time, budget),
            "thread" => await PoolRound.MeasureAsync(ExecutorPool.Threads, time, budget),
            "plain-rpc" => await PoolRound.MeasureAsync(() => new PlainRpcPool(), time, budget),
            "bare-pipe" => await PoolRound.MeasureAsync(() => new BarePipe(), time, budget),
            "memcpy" => MemoryCopy.Measure(),
            _ => await Scenario.MeasureAsync(arguments[0], time),
        };
        Console.WriteLine(JsonSerializer.Serialize(values));
        return 0;
    }

    public static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
