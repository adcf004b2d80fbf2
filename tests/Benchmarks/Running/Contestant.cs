using System.Diagnostics;
using System.Text.Json;

namespace Offloop.Benchmarks.Running;

/// <summary>Whoever is measured, a round at a time.</summary>
internal abstract class Contestant(string name, int rounds)
{
    public string Name => name;

    public int Rounds => rounds;

    /// <summary>What the measured values are called, each with its value in the unit of its name.</summary>
    public abstract Task<IReadOnlyDictionary<string, double>> MeasureAsync();
}

/// <summary>One whose round is a program of its own that prints one JSON object, as its last line.</summary>
internal sealed class ScriptContestant(string name, int rounds, TimeSpan timeout, string file, params string[] arguments) : Contestant(name, rounds)
{
    public override async Task<IReadOnlyDictionary<string, double>> MeasureAsync()
    {
        IReadOnlyList<string> lines = await BoundedProcess.RunAsync(new ProcessStartInfo(file, arguments), timeout);
        return JsonSerializer.Deserialize<Dictionary<string, double>>(lines[^1])!;
    }
}
