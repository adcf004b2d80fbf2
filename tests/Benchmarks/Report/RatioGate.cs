using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Offloop.Benchmarks.Running;

namespace Offloop.Benchmarks.Report;

/// <summary>Compares the ratios of a run with the last ones that were recorded on a machine of the same kind. A ratio has fallen if it is
/// worse by more than a limit in every round: on a shared machine a single round proves nothing.</summary>
internal static class RatioGate
{
    public const int Rounds = 3;

    private const double Limit = 0.15;

    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true };

    private static string Recorded => Path.Combine(Folders.Root, "tests", "Benchmarks", "ratios.json");

    /// <summary>Machines whose ratios may be compared.</summary>
    private static string Machine => string.Create(
        CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} processors, {RuntimeInformation.RuntimeIdentifier}, {Processor}");

    private static string Processor => !File.Exists("/proc/cpuinfo")
        ? RuntimeInformation.ProcessArchitecture.ToString()
        : File.ReadLines("/proc/cpuinfo").FirstOrDefault(static line => line.StartsWith("model name", StringComparison.Ordinal))
            ?.Split(':')[^1].Trim() ?? "unknown";

    public static void Record(Results results)
    {
        SortedDictionary<string, SortedDictionary<string, double>> all = Read();
        all[Machine] = new(RatiosOf(results).ToDictionary(static ratio => ratio.Key, static ratio => Math.Round(ratio.Value.Measured, 3)));
        File.WriteAllText(Recorded, JsonSerializer.Serialize(all, s_json) + "\n");
        Console.WriteLine($"Recorded {all[Machine].Count} ratios of this kind of machine ({Machine}) in {Recorded}.");
    }

    /// <summary>Prints what has fallen. True if nothing has, or if nothing is recorded of such a machine.</summary>
    public static bool Passes(Results results)
    {
        if (!Read().TryGetValue(Machine, out SortedDictionary<string, double>? before))
        {
            Console.WriteLine($"No ratios are recorded of this kind of machine ({Machine}). Record them with: ./build.cmd bench --record");
            return true;
        }
        Dictionary<string, (double Measured, bool IsUpper)>[] rounds =
            [.. Enumerable.Range(0, Rounds).Select(round => RatiosOf(results.OfRound(round)))];
        int compared = 0;
        int fallen = 0;
        foreach ((string what, double recorded) in before)
        {
            double[] now = [.. rounds.Where(round => round.ContainsKey(what)).Select(round => round[what].Measured)];
            if (now.Length < Rounds)
            {
                Console.WriteLine($"not measured: {what} (recorded: {BenchReport.Number(recorded)} ×)");
                continue;
            }
            compared++;
            bool isUpper = rounds[0][what].IsUpper;
            if (!Array.TrueForAll(now, value => isUpper ? value > recorded * (1 + Limit) : value < recorded * (1 - Limit)))
                continue;
            fallen++;
            Console.WriteLine($"FALLEN: {what}: {string.Join(", ", now.Select(BenchReport.Number))} × in {Rounds} rounds, "
                + $"recorded: {BenchReport.Number(recorded)} ×");
        }
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{compared} ratios compared, {fallen} worse by more than {Limit:P0} in every round."));
        return fallen == 0;
    }

    private static Dictionary<string, (double Measured, bool IsUpper)> RatiosOf(Results results) => Targets.Of(results)
        .Where(static target => target is { Unit: " ×", IsStretch: false, Measured: not null })
        .GroupBy(static target => $"{target.Number} {target.Text}")
        .ToDictionary(static same => same.Key, static same => (same.First().Measured!.Value, same.First().IsUpper));

    private static SortedDictionary<string, SortedDictionary<string, double>> Read() => File.Exists(Recorded)
        ? JsonSerializer.Deserialize<SortedDictionary<string, SortedDictionary<string, double>>>(File.ReadAllText(Recorded))!
        : [];
}
