namespace Offloop.ClusterRuns.Chaos;

/// <summary>How long and how hard a cluster is shaken. The seed fixes the tasks and the time and kind of each blow; the machine decides
/// which task a blow hits.</summary>
public sealed record ClusterChaosOptions
{
    public required int Seed { get; init; }

    /// <summary>How long tasks are submitted. The run ends when all of them have ended.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>How many nodes there are. While one that was lost is started again, there are fewer; sometimes one more joins.</summary>
    public int Nodes { get; init; } = 3;

    /// <summary>The slots of each node.</summary>
    public int Slots { get; init; } = 2;

    public TimeSpan NodeTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The number of tasks that wait or run at any moment.</summary>
    public int InFlight { get; init; } = 100;

    /// <summary>The mean time between two blows.</summary>
    public TimeSpan BlowEvery { get; init; } = TimeSpan.FromSeconds(1.5);

    /// <summary>Where blows and what becomes of nodes are told.</summary>
    public TextWriter Log { get; init; } = TextWriter.Null;
}
