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

/// <summary>What <c>coordinator run</c> was asked for; the defaults are here.</summary>
internal sealed record RunSettings
{
    public ExecutorKind Executor { get; init; } = ExecutorKind.Process;

    public int Workers { get; init; } = 2;

    /// <summary>How many blocking workers await one call each.</summary>
    public int Concurrency { get; init; } = 2;

    /// <summary>Fetched in turn. Empty: the embedded server.</summary>
    public IReadOnlyList<Uri> Urls { get; init; } = [];

    /// <summary><see cref="TimeSpan.MaxValue"/> for no end.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.MaxValue;

    /// <summary>How many fetches are made in all; <see cref="int.MaxValue"/> for no end.</summary>
    public int Count { get; init; } = int.MaxValue;

    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    public OutputFormat Format { get; init; } = OutputFormat.Text;

    public bool Verbose { get; init; }
}

/// <summary>What <c>coordinator serve</c> was asked for, and what the embedded server does; the defaults are here.</summary>
internal sealed record ServeSettings
{
    /// <summary>0 for any free port.</summary>
    public int Port { get; init; }

    public TimeSpan Delay { get; init; } = TimeSpan.FromMilliseconds(200);

    public int Size { get; init; } = 10 << 10;
}
