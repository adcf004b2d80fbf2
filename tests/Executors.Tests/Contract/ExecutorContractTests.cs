namespace Offloop.Tests;

/// <summary>The behaviour of every executor. Each test names the rows of the conformance checklist that it covers. A class for each kind
/// of executor inherits all tests.</summary>
public abstract partial class ExecutorContractTests : IAsyncLifetime
{
    private Executor? _shared;

    /// <summary>An executor that the test may use but not shut down or slow down.</summary>
    protected virtual Executor SharedExecutor => _shared ??= Create(new ExecutorSetup { Workers = 2 });

    /// <summary>Whether arguments and results are serialised.</summary>
    protected abstract bool RoundTrips { get; }

    public virtual ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public virtual async ValueTask DisposeAsync()
    {
        if (_shared is not null)
            await _shared.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>An executor for this test alone.</summary>
    protected abstract Executor Create(ExecutorSetup setup);

    /// <summary>Submits on another thread, because an inline executor keeps the thread that submits.</summary>
    protected static Task<T> Elsewhere<T>(Func<Task<T>> submit) =>
        Task.Factory.StartNew(submit, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();

    /// <summary>The workers there are. One that is missing later has died.</summary>
    protected static int[] WorkersOf(Executor executor) => [.. executor.GetSnapshot().Workers.Select(worker => worker.Id)];

    /// <summary>The facts of an exception that the executor made.</summary>
    private protected static TaskFailure FactsOf(Exception error) => error switch
    {
        ExecutorException executor => executor.Failure,
        TaskTimeoutException timeout => timeout.Failure,
        _ => throw new ArgumentException($"{error.GetType()} carries no facts."),
    };
}
