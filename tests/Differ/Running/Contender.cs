namespace Offloop.Differ;

/// <summary>The executors that are compared.</summary>
internal enum ContenderKind
{
    /// <summary>What the others are compared with.</summary>
    Inline,

    Thread,

    /// <summary>Threads whose payloads go through JSON.</summary>
    RoundTrip,

    Process,
}

/// <summary>An executor of one worker that runs many programs, one after the other. Not thread-safe.</summary>
/// <param name="kind">The kind of executor.</param>
/// <param name="threads">How many threads the worker process has.</param>
internal sealed class Contender(ContenderKind kind, int threads) : IAsyncDisposable
{
    private static readonly TimeSpan s_grace = TimeSpan.FromMinutes(1); // no task of a program needs force

    public ContenderKind Kind => kind;

    public Executor Executor { get; } = kind switch
    {
        ContenderKind.Inline => new InlineExecutor(new InlineOptions { CancellationGrace = s_grace }),
        ContenderKind.Thread => new ThreadPoolExecutor(new ThreadPoolOptions { MaxWorkers = 1, CancellationGrace = s_grace }),
        ContenderKind.RoundTrip => new ThreadPoolExecutor(
            new ThreadPoolOptions { MaxWorkers = 1, CancellationGrace = s_grace, RoundTripPayloads = true }),
        _ => new ProcessPoolExecutor(
            new ProcessPoolOptions
            {
                MaxWorkers = 1,
                ThreadsPerWorker = threads,
                CancellationGrace = s_grace,
                TaskOutput = TaskOutput.Inherit,
            }),
    };

    public static Contender[] All(int threads) => [.. Enum.GetValues<ContenderKind>().Select(kind => new Contender(kind, threads))];

    public ValueTask DisposeAsync() => Executor.DisposeAsync();
}
