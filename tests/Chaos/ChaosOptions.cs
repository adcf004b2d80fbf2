namespace Offloop.Chaos;

/// <summary>How long and how hard a pool is shaken. The seed fixes the tasks and the time of each blow; the machine decides which task a
/// blow hits.</summary>
public sealed record ChaosOptions
{
    public required int Seed { get; init; }

    /// <summary>How long tasks are submitted. The run ends when all of them have ended.</summary>
    public TimeSpan Duration { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>The largest number of tasks that are submitted.</summary>
    public int Tasks { get; init; } = int.MaxValue;

    public int Workers { get; init; } = 4;

    /// <summary>How many tasks each worker runs at once.</summary>
    public int ThreadsPerWorker { get; init; } = 1;

    public int SpareWorkers { get; init; } = 1;

    /// <summary>The number of tasks that wait or run at any moment.</summary>
    public int InFlight { get; init; } = 200;

    /// <summary>The mean time between two blows.</summary>
    public TimeSpan BlowEvery { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Whether what surrounds the pool is attacked too: its temporary directory, its limits, its time.</summary>
    public bool Surroundings { get; init; }

    /// <summary>A word of the names of the troubles that are made; null for all. It is for looking at one of them alone.</summary>
    public string? Trouble { get; init; }

    /// <summary>Where the troubles of the surroundings are told as they begin.</summary>
    public TextWriter Log { get; init; } = TextWriter.Null;
}
