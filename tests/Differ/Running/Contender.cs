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

    /// <summary>Nodes of a cluster, which only some runs have.</summary>
    Nodes,
}

/// <summary>An executor that runs many programs, one after the other. Not thread-safe.</summary>
/// <param name="kind">The kind of executor.</param>
/// <param name="executor">The executor. It is disposed with the contender.</param>
internal class Contender(ContenderKind kind, Executor executor) : IAsyncDisposable
{
    /// <summary>No task of a program needs force.</summary>
    protected static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    public ContenderKind Kind => kind;

    public Executor Executor => executor;

    /// <summary>What the tasks of one program need to find the same place, which is asked for once for each.</summary>
    public virtual SubmitOptions NextPlace() => new();

    /// <summary>Executors of one worker in this process.</summary>
    /// <param name="threads">How many threads the worker process has.</param>
    public static Contender[] Usual(int threads) =>
    [
        .. ((ContenderKind[])[ContenderKind.Inline, ContenderKind.Thread, ContenderKind.RoundTrip, ContenderKind.Process])
            .Select(kind => new Contender(kind, Make(kind, threads))),
    ];

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return executor.DisposeAsync();
    }

    private static Executor Make(ContenderKind kind, int threads) => kind switch
    {
        ContenderKind.Inline => new InlineExecutor(new InlineOptions { CancellationGrace = Grace }),
        ContenderKind.Thread => new ThreadPoolExecutor(new ThreadPoolOptions { MaxWorkers = 1, CancellationGrace = Grace }),
        ContenderKind.RoundTrip => new ThreadPoolExecutor(
            new ThreadPoolOptions { MaxWorkers = 1, CancellationGrace = Grace, RoundTripPayloads = true }),
        _ => new ProcessPoolExecutor(
            new ProcessPoolOptions
            {
                MaxWorkers = 1,
                ThreadsPerWorker = threads,
                CancellationGrace = Grace,
                TaskOutput = TaskOutput.Inherit,
            }),
    };
}
