using Offloop.Diagnostics;
using Offloop.Diagnostics.Inspection;
using Offloop.Diagnostics.Reading;
using Offloop.SampleTasks;

namespace Offloop.Tests.Inspection;

/// <summary>A pool with diagnostics and a clock that the test moves.</summary>
internal sealed class Inspected : IAsyncDisposable
{
    /// <summary>The tests that take turns: all pools of a process share the process that reads, and one test kills it.</summary>
    public const string Reader = "the process that reads";

    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(100);

    private const int NoProcess = int.MaxValue;

    private static readonly DiagnosticsOptions s_patient = new()
    {
        ReadTimeout = TimeSpan.FromSeconds(30),
        DumpTimeout = TimeSpan.FromSeconds(30),
    };

    private readonly InspectorPool _readers = InspectorPool.Acquire();

    public Inspected(
        Func<DiagnosticsOptions, DiagnosticsOptions>? diagnostics = null, Func<ProcessPoolOptions, ProcessPoolOptions>? pool = null)
    {
        var options = new ProcessPoolOptions
        {
            MaxWorkers = 1,
            TaskTimeout = Limit,
            CancellationGrace = Grace,
            StartTimeout = Waiting.ForStart,
            HeartbeatTimeout = Timeout.InfiniteTimeSpan,
            TimeProvider = Clock,
            LoggerFactory = Log,
            Listeners = [Events],
        };
        DiagnosticsOptions settings = diagnostics?.Invoke(s_patient) ?? s_patient;
        Pool = new ProcessPoolExecutor((pool?.Invoke(options) ?? options).WithDiagnostics(settings));
    }

    public ObservedClock Clock { get; } = new();

    public TestLog Log { get; } = new();

    public TestListener Events { get; } = new(hearsTasks: false);

    public MeetingPoint Point { get; } = new();

    public ProcessPoolExecutor Pool { get; }

    /// <summary>Waits until a process is ready to read.</summary>
    public Task UntilReaderAsync() => _readers.ReadAsync(NoProcess, TimeSpan.FromSeconds(40), isUrgent: true);

    /// <summary>Lets the time of a task and its grace pass, and returns the exception.</summary>
    public async Task<TaskTimeoutException> TimeOutAsync(Task task)
    {
        await UntilReaderAsync();
        await Clock.PassAsync(Limit);
        await Clock.PassAsync(Grace);
        TaskTimeoutException error = await Assert.ThrowsAsync<TaskTimeoutException>(() => task);
        Assert.True(error.Failure.Stack!.Frames.Count > 0, error.Failure.Stack.Note);
        return error;
    }

    /// <summary>Waits until a task of a worker waits for a lock.</summary>
    public async Task UntilLockedAsync(int process)
    {
        StackReading read;
        do
        {
            read = await _readers.ReadAsync(process, TimeSpan.FromSeconds(20), isUrgent: true);
            Assert.Null(read.Note);
        }
        while (!read.Tasks.Any(static task => task.WaitsFor is not null));
    }

    public async ValueTask DisposeAsync()
    {
        await Point.DisposeAsync();
        await Pool.ShutdownAsync(ShutdownMode.Kill);
        await _readers.DisposeAsync();
    }
}
