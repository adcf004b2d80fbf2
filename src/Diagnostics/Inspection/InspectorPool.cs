using Offloop.Diagnostics.Reading;

namespace Offloop.Diagnostics.Inspection;

/// <summary>The process that looks into the workers of all pools of this application. It is a pool of one itself: what hangs or crashes
/// there is killed and replaced, and it ends with this process. Thread-safe.</summary>
internal sealed class InspectorPool : IAsyncDisposable
{
    /// <summary>What the pool is called in metrics.</summary>
    public const string Name = "offloop.diagnostics";

    /// <summary>Looking changes nothing, so it may be done again.</summary>
    private static readonly SubmitOptions s_again = new() { CrashRetries = 1 };

    /// <summary>A kill waits for it.</summary>
    private static readonly SubmitOptions s_urgent = s_again with { Priority = 1 };

    private static readonly TimeSpan s_glance = TimeSpan.FromSeconds(3);
    private static readonly Lock s_lock = new();
    private static InspectorPool? s_shared;

    private readonly WarmUp _warmUp;
    private readonly ProcessPoolExecutor _reader;
    private int _users;

    private InspectorPool()
    {
        _warmUp = new WarmUp(async worker =>
            (await RunAsync(StackReader.Glance, worker, s_glance, s_again).ConfigureAwait(false)).Note is null);
        _reader = new ProcessPoolExecutor(new ProcessPoolOptions
        {
            Name = Name,
            MaxWorkers = 1,
            CancellationGrace = TimeSpan.Zero,
            ShutdownTimeout = TimeSpan.Zero,
            TaskOutput = TaskOutput.Discard,
            IsShown = false,
            Listeners = [_warmUp],
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
        return _reader.DisposeAsync();
    }

    /// <summary>Makes known a worker that a first glance may be thrown at.</summary>
    public void Meet(int processId) => _warmUp.Meet(processId);

    /// <summary>Reads the stacks of a worker's tasks. It does not fail.</summary>
    /// <param name="processId">The worker.</param>
    /// <param name="timeout">The time for it, the wait for other reads included. What is not done then is killed.</param>
    /// <param name="isUrgent">Whether it goes before those that are not.</param>
    public Task<StackReading> ReadAsync(int processId, TimeSpan timeout, bool isUrgent) =>
        RunAsync(StackReader.Read, processId, timeout, isUrgent ? s_urgent : s_again);

    private async Task<StackReading> RunAsync(
        Func<int, StackReading> read, int processId, TimeSpan timeout, SubmitOptions options)
    {
        try
        {
            using var late = new CancellationTokenSource(timeout);
            Task<StackReading> task = _reader.SubmitAsync(read, processId, options, late.Token);
            return await task.WaitAsync(late.Token).ConfigureAwait(false);
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
}
