namespace Offloop.Chaos;

/// <summary>How long and how hard a pool is shaken. The seed fixes what is submitted and when which blow falls; which task a blow hits depends on the machine.</summary>
public sealed record ChaosOptions
{
    public required int Seed { get; init; }

    /// <summary>How long tasks are submitted; the run ends when all of them have ended.</summary>
    public TimeSpan Duration { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>How many tasks are submitted at most.</summary>
    public int Tasks { get; init; } = int.MaxValue;

    public int Workers { get; init; } = 4;

    public int SpareWorkers { get; init; } = 1;

    /// <summary>How many tasks wait or run at any moment.</summary>
    public int InFlight { get; init; } = 200;

    /// <summary>The mean time between two blows.</summary>
    public TimeSpan BlowEvery { get; init; } = TimeSpan.FromMilliseconds(250);
}
