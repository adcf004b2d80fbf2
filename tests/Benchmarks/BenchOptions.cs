using Offloop.Benchmarks.Report;

namespace Offloop.Benchmarks;

/// <summary>How much is measured. All times are per measurement and round.</summary>
internal sealed record BenchOptions
{
    public bool Quick { get; init; }

    /// <summary>Part of the names of the contestants and scenarios to run.</summary>
    public string Only { get; init; } = "";

    /// <summary>Whether the ratios are compared with those that were recorded.</summary>
    public bool Gate { get; init; }

    /// <summary>Whether the ratios are recorded.</summary>
    public bool Record { get; init; }

    /// <summary>The rounds of the pools.</summary>
    public int Rounds => Gate ? RatioGate.Rounds : Quick ? 2 : 5;

    /// <summary>The rounds of most scenarios; some have more or fewer.</summary>
    public int ScenarioRounds => Quick && !Gate ? 1 : 3;

    public double Seconds => Quick ? 0.25 : 0.7;

    /// <summary>The 100 MB echo is left out if, judging by the 16 MiB one, it would take more seconds than this.</summary>
    public double EchoBudget => Quick ? 1.5 : 20;

    public TimeSpan RoundTimeout => TimeSpan.FromSeconds(Quick ? 40 : 240);

    /// <summary>Returns null if the arguments are not understood.</summary>
    public static BenchOptions? TryParse(string[] args) => args switch
    {
        [] => new BenchOptions(),
        ["--quick", .. var rest] => TryParse(rest) is { } options ? options with { Quick = true } : null,
        ["--gate", .. var rest] => TryParse(rest) is { } options ? options with { Quick = true, Gate = true } : null,
        ["--record", .. var rest] => TryParse(rest) is { } options ? options with { Record = true } : null,
        ["--only", var text, .. var rest] => TryParse(rest) is { } options ? options with { Only = text } : null,
        _ => null,
    };
}
