using System.Globalization;

namespace Offloop.Chaos;

/// <summary>The results of a run.</summary>
public sealed record ChaosReport
{
    /// <summary>The measured figures, each with its name.</summary>
    public required IReadOnlyList<(string Name, double Value)> Figures { get; init; }

    /// <summary>What could not be done here, in sentences.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];

    /// <summary>The promises that were broken; empty if all held.</summary>
    public required IReadOnlyList<string> Violations { get; init; }

    public void Print(TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        foreach ((string name, double value) in Figures)
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-36} {value,12:#,0.###}"));
        foreach (string left in LeftOut)
            writer.WriteLine(left);
        foreach (string violation in Violations.Take(20))
            writer.WriteLine($"BROKEN: {violation}");
        writer.WriteLine(Violations.Count == 0 ? "All promises held." : $"{Violations.Count} promises were broken.");
    }
}
