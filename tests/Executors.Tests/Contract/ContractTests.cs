namespace Offloop.Tests;

/// <summary>The kinds of executor that every contract test runs on.</summary>
public enum ExecutorKind
{
    Inline,
    InlineRoundTrip,
    Threads,
    ThreadsRoundTrip,
    Processes,

    /// <summary>Processes that run two tasks at once.</summary>
    ProcessesOfTwo,

    /// <summary>Processes that run sixteen tasks at once.</summary>
    ProcessesOfSixteen,

    /// <summary>Processes of other processes; they come from a source of their own.</summary>
    Nodes,
}

/// <summary>Where the tests of a class get their executors from.</summary>
public interface IExecutorSource
{
    /// <summary>One that the tests may use but not shut down or slow down.</summary>
    Executor Executor { get; }

    /// <summary>One for a test alone.</summary>
    Executor Create(ExecutorSetup setup);
}

/// <summary>The base of the contract tests of one topic. A derived class for each kind of executor inherits all of them.</summary>
public abstract class ContractTests(ExecutorKind kind, IExecutorSource? source) : IAsyncDisposable
{
    private Executor? _own;

    /// <summary>An executor that the test may use but not shut down or slow down.</summary>
    protected Executor SharedExecutor => source?.Executor ?? (_own ??= Create(new ExecutorSetup { Workers = 2 }));

    /// <summary>Whether payloads are serialised.</summary>
    protected bool RoundTrips => kind is not (ExecutorKind.Inline or ExecutorKind.Threads);

    /// <summary>Whether tasks run on the thread of their caller.</summary>
    protected bool IsInline => kind is ExecutorKind.Inline or ExecutorKind.InlineRoundTrip;

    public async ValueTask DisposeAsync()
    {
        if (_own is not null)
            await _own.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>An executor for this test alone.</summary>
    protected Executor Create(ExecutorSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        return source?.Create(setup) ?? kind switch
        {
            ExecutorKind.Inline => new InlineExecutor(setup.ToInline(roundTrip: false)),
            ExecutorKind.InlineRoundTrip => new InlineExecutor(setup.ToInline(roundTrip: true)),
            ExecutorKind.Threads => new ThreadPoolExecutor(setup.ToThreads(roundTrip: false)),
            ExecutorKind.ThreadsRoundTrip => new ThreadPoolExecutor(setup.ToThreads(roundTrip: true)),
            ExecutorKind.Processes => new ProcessPoolExecutor(setup.ToProcesses()),
            ExecutorKind.ProcessesOfTwo => new ProcessPoolExecutor(setup.ToProcesses(threads: 2)),
            ExecutorKind.ProcessesOfSixteen => new ProcessPoolExecutor(setup.ToProcesses(threads: 16)),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>Begins something on another thread, because an inline executor keeps the thread that submits.</summary>
    protected static Task<T> Elsewhere<T>(Func<Task<T>> begin) =>
        Task.Factory.StartNew(begin, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();

    /// <summary>Begins something on another thread, because an inline executor keeps the thread that submits.</summary>
    protected static Task Elsewhere(Func<Task> begin) =>
        Task.Factory.StartNew(begin, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();

    /// <summary>Waits until the executor has no tasks left.</summary>
    protected static Task UntilIdleAsync(Executor executor) => Waiting.UntilAsync(() => IsIdle(executor), "the executor is idle");

    protected static bool IsIdle(Executor executor)
    {
        ArgumentNullException.ThrowIfNull(executor);
        ExecutorSnapshot now = executor.GetSnapshot();
        return now is { Queued: 0, Running: 0 };
    }
}
