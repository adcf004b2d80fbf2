using System.Diagnostics;

namespace Offloop.Tests.Options;

/// <summary>Each property of the options refuses a value that it cannot take. The message has its name, the
/// value and the values it accepts.</summary>
public class OptionsTests
{
    [Fact]
    [Trait("Conformance", "A10")]
    public void A_number_of_workers_below_one_is_refused()
    {
        Refuses("MaxWorkers is 0, but it must be 1 or more", () => new ThreadPoolOptions { MaxWorkers = 0 });
        Refuses("MaxWorkers is -1, but it must be 1 or more", () => new ThreadPoolOptions { MaxWorkers = -1 });
        Refuses("MaxWorkers is 0, but it must be 1 or more", () => new ProcessPoolOptions { MaxWorkers = 0 });
        Refuses("MinWorkers is -1, but it must be 0 or more", () => new ProcessPoolOptions { MinWorkers = -1 });
        Refuses("SpareWorkers is -1, but it must be 0 or more", () => new ProcessPoolOptions { SpareWorkers = -1 });
    }

    [Fact]
    [Trait("Conformance", "A10")]
    public void More_workers_at_least_than_at_most_are_refused()
    {
        var options = new ProcessPoolOptions { MinWorkers = 3, MaxWorkers = 2 };
        var error = Assert.Throws<ArgumentException>("options", () => new ProcessPoolExecutor(options));
        Assert.Contains("MinWorkers is 3, but it must not be more than MaxWorkers, which is 2", error.Message, StringComparison.Ordinal);
    }

    public static TheoryData<ExecutorOptions> Executors => [new InlineOptions(), new ThreadPoolOptions(), new ProcessPoolOptions()];

    public static TheoryData<PoolOptions> Pools => [new ThreadPoolOptions(), new ProcessPoolOptions()];

    [Theory]
    [Trait("Conformance", "A11")]
    [MemberData(nameof(Executors), DisableDiscoveryEnumeration = true)]
    public void Options_of_every_executor_are_validated(ExecutorOptions options)
    {
        RefusesTimeout("TaskTimeout", value => options with { TaskTimeout = value });
        RefusesNegative("CancellationGrace", value => options with { CancellationGrace = value });
        RefusesNegative("ShutdownTimeout", value => options with { ShutdownTimeout = value });
        RefusesNull("LoggerFactory", () => options with { LoggerFactory = null! });
        RefusesNull("TimeProvider", () => options with { TimeProvider = null! });
    }

    [Theory]
    [Trait("Conformance", "A11")]
    [MemberData(nameof(Pools), DisableDiscoveryEnumeration = true)]
    public void Options_of_every_pool_are_validated(PoolOptions options)
    {
        Refuses("QueueCapacity is 0, but it must be 1 or more", () => options with { QueueCapacity = 0 });
        Refuses("QueueFullMode is 7, but it must be Wait or Reject", () => options with { QueueFullMode = (QueueFullMode)7 });
    }

    [Fact]
    [Trait("Conformance", "A11")]
    public void Options_of_processes_are_validated()
    {
        RefusesTimeout("IdleTimeout", value => new ProcessPoolOptions { IdleTimeout = value });
        RefusesTimeout("HeartbeatTimeout", value => new ProcessPoolOptions { HeartbeatTimeout = value });
        Refuses(
            "StartTimeout is 00:00:00, but it must be a positive time of at most 49 days",
            () => new ProcessPoolOptions { StartTimeout = TimeSpan.Zero });
        Refuses("StartTimeout is 60.00:00:00", () => new ProcessPoolOptions { StartTimeout = TimeSpan.FromDays(60) });
        Refuses("MaxTasksPerWorker is 0, but it must be 1 or more", () => new ProcessPoolOptions { MaxTasksPerWorker = 0 });
        Refuses("MaxWorkerMemory is 0, but it must be 1 or more", () => new ProcessPoolOptions { MaxWorkerMemory = 0 });
        Refuses("WorkerHeapLimit is 1, but it must be 16777216 or more", () => new ProcessPoolOptions { WorkerHeapLimit = 1 });
        Refuses("MaxMessageBytes is 0, but it must be 1 or more", () => new ProcessPoolOptions { MaxMessageBytes = 0 });
        Refuses("ProcessPriority is 3, but it must be ", () => new ProcessPoolOptions { ProcessPriority = (ProcessPriorityClass)3 });
        RefusesNull("Environment", () => new ProcessPoolOptions { Environment = null! });
    }

    [Fact]
    [Trait("Conformance", "A11")]
    public void The_environment_is_validated_and_copied()
    {
        var invalid = new Dictionary<string, string?> { ["A=B"] = "c" };
        var error = Assert.Throws<ArgumentException>(() => new ProcessPoolOptions { Environment = invalid });
        Assert.Contains("Environment", error.Message, StringComparison.Ordinal);
        Assert.Contains("'A=B'", error.Message, StringComparison.Ordinal);

        var given = new Dictionary<string, string?> { ["A"] = "1" };
        var options = new ProcessPoolOptions { Environment = given };
        given["A"] = "2";
        Assert.Equal("1", options.Environment["A"]);
    }

    [Fact]
    [Trait("Conformance", "A11")]
    public void Values_at_the_limits_are_accepted()
    {
        var options = new ProcessPoolOptions
        {
            MinWorkers = 0,
            MaxWorkers = 1,
            TaskTimeout = Timeout.InfiniteTimeSpan,
            IdleTimeout = Timeout.InfiniteTimeSpan,
            HeartbeatTimeout = Timeout.InfiniteTimeSpan,
            CancellationGrace = TimeSpan.Zero,
            ShutdownTimeout = TimeSpan.Zero,
            QueueCapacity = null,
            MaxTasksPerWorker = null,
            MaxWorkerMemory = null,
            WorkerHeapLimit = 16 << 20,
            ProcessPriority = null,
        };
        Assert.Equal(TimeSpan.Zero, options.CancellationGrace);
        Assert.Equal(QueueFullMode.Reject, new ThreadPoolOptions { QueueFullMode = QueueFullMode.Reject }.QueueFullMode);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "A11")]
    public async Task An_unknown_shutdown_mode_is_refused_and_the_executor_stays_open()
    {
        await using var executor = new ThreadPoolExecutor(new ThreadPoolOptions { MaxWorkers = 1 });
        var error = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => executor.ShutdownAsync((ShutdownMode)9));
        Assert.Contains("9", error.Message, StringComparison.Ordinal);
        Assert.Equal(ExecutorState.Open, executor.GetSnapshot().State);
    }

    private static void Refuses(string message, Func<object> make) =>
        Assert.Contains(message, Assert.Throws<ArgumentOutOfRangeException>(make).Message, StringComparison.Ordinal);

    private static void RefusesNull(string property, Func<object> make) =>
        Assert.Equal(property, Assert.Throws<ArgumentNullException>(make).ParamName);

    private static void RefusesNegative(string property, Func<TimeSpan, object> make)
    {
        Refuses(
            $"{property} is -00:00:01, but it must be zero or a positive time of at most 49 days",
            () => make(TimeSpan.FromSeconds(-1)));
        Refuses($"{property} is 60.00:00:00", () => make(TimeSpan.FromDays(60)));
    }

    private static void RefusesTimeout(string property, Func<TimeSpan, object> make)
    {
        Refuses(
            $"{property} is 00:00:00, but it must be a positive time of at most 49 days, or Timeout.InfiniteTimeSpan for none",
            () => make(TimeSpan.Zero));
        Refuses($"{property} is -00:00:01", () => make(TimeSpan.FromSeconds(-1)));
        Refuses($"{property} is 60.00:00:00", () => make(TimeSpan.FromDays(60)));
    }
}
