namespace Offloop.Coordinator.Cli;

/// <summary>Where the fetches run.</summary>
internal enum ExecutorKind
{
    Process,
    Thread,
    Inline,
}

/// <summary>How the results are written.</summary>
internal enum OutputFormat
{
    Text,
    Json,
}

/// <summary>The settings of <c>coordinator run</c>, with their defaults.</summary>
internal sealed record RunSettings
{
    public ExecutorKind Executor { get; init; } = ExecutorKind.Process;

    public int Workers { get; init; } = 2;

    /// <summary>The number of fetches in flight.</summary>
    public int Concurrency { get; init; } = 2;

    /// <summary>The URLs to fetch in turn. If there are none, the run fetches from the embedded server.</summary>
    public IReadOnlyList<Uri> Urls { get; init; } = [];

    /// <summary><see cref="TimeSpan.MaxValue"/> if the run has no end.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.MaxValue;

    /// <summary>The number of fetches in all; <see cref="int.MaxValue"/> if there is no limit.</summary>
    public int Count { get; init; } = int.MaxValue;

    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    public OutputFormat Format { get; init; } = OutputFormat.Text;

    public bool Verbose { get; init; }
}

/// <summary>The settings of <c>coordinator serve</c> and of the embedded server, with their defaults.</summary>
internal sealed record ServeSettings
{
    /// <summary>0 for any free port.</summary>
    public int Port { get; init; }

    public TimeSpan Delay { get; init; } = TimeSpan.FromMilliseconds(200);

    public int Size { get; init; } = 10 << 10;
}
