using System.Diagnostics;
using System.Text.Json;

namespace Offloop.Benchmarks.Running;

/// <summary>A pool or a scenario that is measured, one round at a time.</summary>
internal abstract class Contestant(string name, int rounds)
{
    public string Name => name;

    public int Rounds => rounds;

    /// <summary>Measures one round and returns each value by its name, which includes the unit.</summary>
    public abstract Task<IReadOnlyDictionary<string, double>> MeasureAsync();
}

/// <summary>A contestant whose round is a separate program. Its last line is one JSON object.</summary>
internal sealed class ScriptContestant(string name, int rounds, TimeSpan timeout, string file, params string[] arguments)
    : Contestant(name, rounds)
{
    public override async Task<IReadOnlyDictionary<string, double>> MeasureAsync()
    {
        IReadOnlyList<string> lines = await BoundedProcess.RunAsync(new ProcessStartInfo(file, arguments), timeout);
        return JsonSerializer.Deserialize<Dictionary<string, double>>(lines[^1])!;
    }
}
