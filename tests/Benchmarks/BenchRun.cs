using System.Diagnostics;
using Offloop.Benchmarks.Peers;
using Offloop.Benchmarks.Report;
using Offloop.Benchmarks.Running;
using Offloop.Benchmarks.Scenarios;

namespace Offloop.Benchmarks;

/// <summary>Measures everything in turn: a round of each, then the next round, because machines are shared and drift.</summary>
internal sealed class BenchRun(BenchOptions options)
{
    private readonly Results _results = new();

    /// <summary>Returns false if the ratios were compared and one has fallen.</summary>
    public async Task<bool> ExecuteAsync()
    {
        List<Contestant> pools =
        [
            Round.Of(Who.Process, options, "process"),
            .. await PythonPeers.FindAsync(options, _results),
            .. await NodePeers.FindAsync(options, _results),
            Round.Of(Who.PlainRpc, options, "plain-rpc"),
            Round.Of(Who.BarePipe, options, "bare-pipe"),
            Round.Of(Who.MemoryCopy, options, "memcpy"),
            Round.Of(Who.Thread, options, "thread"),
        ];
        await RunAsync(pools);
        await using (var scenarios = new ScenarioList(options))
            await RunAsync(await scenarios.FindAsync(_results));

        string report = BenchReport.Of(options, _results);
        Console.Write(report);
        ReportFiles.Write(report, options, _results);
        if (options.Record)
            RatioGate.Record(_results);
        return !options.Gate || RatioGate.Passes(_results);
    }

    private async Task RunAsync(List<Contestant> contestants)
    {
        contestants = [.. contestants.Where(one => one.Name.Contains(options.Only, StringComparison.OrdinalIgnoreCase))];
        for (int round = 0; round < contestants.Max(one => (int?)one.Rounds); round++)
        {
            foreach (Contestant one in contestants.Where(one => round < one.Rounds))
                await RunAsync(one, round);
        }
    }

    /// <summary>A failure is named in the report, and the others go on.</summary>
    private async Task RunAsync(Contestant one, int round)
    {
        Console.Error.Write($"round {round + 1} of {one.Rounds}: {one.Name} … ");
        var clock = Stopwatch.StartNew();
        try
        {
            IReadOnlyDictionary<string, double> values = await one.MeasureAsync();
            _results.Add(one.Name, values);
            string text = string.Join(", ", values.Select(value => $"{value.Key} {BenchReport.Number(value.Value)}"));
            Console.Error.WriteLine($"{text} ({BenchReport.Number(clock.Elapsed.TotalSeconds)} s)");
        }
        catch (Exception error) // the bench goes on after any failure of a peer
        {
            _results.Skip(one.Name, $"round {round + 1}: {error.Message}");
            Console.Error.WriteLine(error.Message);
        }
    }
}
