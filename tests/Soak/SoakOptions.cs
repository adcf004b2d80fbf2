namespace Offloop.Soak;

/// <summary>How long and how hard a pool works.</summary>
internal sealed record SoakOptions
{
    public required int Seed { get; init; }

    public TimeSpan Duration { get; init; } = TimeSpan.FromHours(2);

    /// <summary>How many times the usual number of tasks is submitted. With 1 and the usual deaths, caller and workers together use about a
    /// fifth of one core.</summary>
    public double Load { get; init; } = 1;

    /// <summary>The workers that are made to end each second: killed, crashed or timed out. Each costs a start.</summary>
    public double Deaths { get; init; } = 0.2;

    /// <summary>The directory of the table and the chart.</summary>
    public required string Output { get; init; }

    public int Workers { get; init; } = 4;

    /// <summary>The tasks that a worker runs before it is recycled.</summary>
    public int TasksPerWorker { get; init; } = 400;

    public TimeSpan SampleEvery { get; init; } = TimeSpan.FromSeconds(5);
}
