namespace Offloop.Benchmarks;

/// <summary>How much is measured. Every time is per measurement and round.</summary>
internal sealed record BenchOptions
{
    public bool Quick { get; init; }

    /// <summary>Only contestants and scenarios whose name contains it.</summary>
    public string Only { get; init; } = "";

    /// <summary>Rounds of the pools; the scenarios say themselves how many they need.</summary>
    public int Rounds => Quick ? 2 : 5;

    public double Seconds => Quick ? 0.25 : 0.7;

    /// <summary>A 100 MB echo is left out where the 16 MiB one promises it to take more seconds than this.</summary>
    public double EchoBudget => Quick ? 1.5 : 20;

    public TimeSpan RoundTimeout => TimeSpan.FromSeconds(Quick ? 40 : 240);

    /// <summary>Null where the arguments are not understood.</summary>
    public static BenchOptions? TryParse(string[] args) => args switch
    {
        [] => new BenchOptions(),
        ["--quick", .. var rest] => TryParse(rest) is { } options ? options with { Quick = true } : null,
        ["--only", var text, .. var rest] => TryParse(rest) is { } options ? options with { Only = text } : null,
        _ => null,
    };
}
