using Offloop.Diagnostics.Dumps;
using Offloop.Diagnostics.Reading;

namespace Offloop.Diagnostics.Inspection;

/// <summary>The processes that look into the workers of all pools of this application. They are a pool themselves: whatever hangs or
/// crashes there is killed and replaced, and they end with this process. Thread-safe.</summary>
internal sealed class InspectorPool : IAsyncDisposable
{
    /// <summary>What the pool is called in metrics.</summary>
    public const string Name = "offloop.diagnostics";

    /// <summary>How many workers are looked into at once; one that cannot be read holds up no more than one of them.</summary>
    private const int Readers = 2;

    private static readonly Lock s_lock = new();
    private static InspectorPool? s_shared;

    private readonly ProcessPoolExecutor _readers;
    private int _users;

    private InspectorPool()
    {
        _readers = new ProcessPoolExecutor(new ProcessPoolOptions
        {
            Name = Name,
            MaxWorkers = Readers,
            MinWorkers = 1,
            Initializer = WorkerInitializer.Create(StackReader.WarmUp),
            CancellationGrace = TimeSpan.Zero,
            ShutdownTimeout = TimeSpan.Zero,
            TaskOutput = TaskOutput.Discard,
            IsShown = false,
        });
    }

    /// <summary>The pool that all share, until each has disposed it.</summary>
    public static InspectorPool Acquire()
    {
        lock (s_lock)
        {
            s_shared ??= new InspectorPool();
            s_shared._users++;
            return s_shared;
        }
    }

    /// <summary>Gives the pool back; the last one closes it.</summary>
    public ValueTask DisposeAsync()
    {
        lock (s_lock)
        {
            if (--_users > 0)
                return ValueTask.CompletedTask;
            s_shared = null;
        }
        return _readers.DisposeAsync();
    }

    /// <summary>Reads the stacks of a worker's tasks. It does not fail.</summary>
    public async Task<StackReading> ReadAsync(int processId, TimeSpan timeout)
    {
        try
        {
            return await RunAsync(StackReader.Read, processId, timeout).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return new StackReading([], $"Its stacks could not be read within {timeout.TotalSeconds:0.###} s.");
        }
        catch (Exception error) // the library that reads may throw anything; a kill waits for this answer
        {
            return new StackReading([], $"Its stacks could not be read: {error.Message}");
        }
    }

    /// <summary>Writes the memory of a worker to a file. Returns why it could not be, in one sentence, or null.</summary>
    public async Task<string?> DumpAsync(DumpRequest request, TimeSpan timeout)
    {
        try
        {
            return await RunAsync(DumpWriter.Write, request, timeout).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return $"it was not done within {timeout.TotalSeconds:0.###} s";
        }
        catch (Exception error) // as above
        {
            return error.Message;
        }
    }

    /// <summary>The time includes the wait for a reader. What is not done then is killed.</summary>
    private async Task<TResult> RunAsync<TArg, TResult>(Func<TArg, TResult> work, TArg argument, TimeSpan timeout)
    {
        using var late = new CancellationTokenSource(timeout);
        Task<TResult> task = _readers.SubmitAsync(work, argument, cancellationToken: late.Token);
        return await task.WaitAsync(late.Token).ConfigureAwait(false);
    }
}
