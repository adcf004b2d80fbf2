using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Offloop.Tests.Life;

/// <summary>Executors in a generic host, in this process.</summary>
public sealed class HostTests
{
    private const int Patience = 60_000;

    [Fact(Timeout = Patience)]
    public async Task Executors_are_keyed_by_name_and_the_first_of_a_type_is_there_without_a_key()
    {
        using IHost host = Build(static services => services.AddThreadPool("a").AddThreadPool("b").AddProcessPool("c"));
        await host.StartAsync(TestContext.Current.CancellationToken);
        IServiceProvider services = host.Services;

        ThreadPoolExecutor first = services.GetRequiredKeyedService<ThreadPoolExecutor>("a");
        Assert.Same(first, services.GetRequiredService<ThreadPoolExecutor>());
        Assert.Same(first, services.GetRequiredKeyedService<Executor>("a"));
        Assert.NotSame(first, services.GetRequiredKeyedService<ThreadPoolExecutor>("b"));
        Assert.Same(services.GetRequiredService<ProcessPoolExecutor>(), services.GetRequiredKeyedService<Executor>("c"));

        await host.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(ExecutorState.Closed, first.GetSnapshot().State);
    }

    [Fact(Timeout = Patience)]
    public async Task A_cluster_in_a_host_does_not_hold_up_its_start_and_its_health_names_the_nodes()
    {
        using IHost host = Build(static services => services.AddExecutor(
            "jobs",
            static provider => new ClusterExecutor(new ClusterExecutorOptions
            {
                LoggerFactory = provider.GetRequiredService<ILoggerFactory>(),
            })));
        await host.StartAsync(TestContext.Current.CancellationToken);
        var executor = host.Services.GetRequiredService<ClusterExecutor>();
        HealthCheckService health = host.Services.GetRequiredService<HealthCheckService>();
        await Waiting.UntilAsync(() => executor.GetSnapshot().State == ExecutorState.Degraded, "the executor misses a node");

        HealthReport alone = await health.CheckHealthAsync(TestContext.Current.CancellationToken);
        string address = $"{await executor.WaitForListeningAsync(TestContext.Current.CancellationToken)}";
        await using var node = new ClusterNode(new ClusterNodeOptions
        {
            Network = new ClusterNetwork { Join = address },
            Name = "left",
            Slots = 1,
        });
        await executor.WaitForSlotsAsync(1, TestContext.Current.CancellationToken);
        await Waiting.UntilAsync(() => executor.GetSnapshot().State == ExecutorState.Open, "the executor has its node");
        HealthReport together = await health.CheckHealthAsync(TestContext.Current.CancellationToken);
        await host.StopAsync(TestContext.Current.CancellationToken);
        await node.Completion.WaitAsync(TestContext.Current.CancellationToken); // it was let go

        Assert.Equal(HealthStatus.Degraded, alone.Status);
        Assert.DoesNotContain("nodes", alone.Entries["jobs"].Data.Keys);
        Assert.Equal(HealthStatus.Healthy, together.Status);
        Assert.Equal(["left"], Assert.IsType<string[]>(together.Entries["jobs"].Data["nodes"]));
        Assert.Equal(ExecutorState.Closed, executor.GetSnapshot().State);
    }

    [Fact]
    public void A_name_that_is_taken_is_refused()
    {
        var services = new ServiceCollection();
        services.AddThreadPool("a");
        var error = Assert.Throws<ArgumentException>(() => services.AddProcessPool("a"));
        Assert.Contains("There is an executor 'a' already", error.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Patience)]
    public async Task The_health_of_an_executor_that_is_not_there_says_what_to_do()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddHealthChecks().AddExecutor("misspelt");
        await using ServiceProvider provider = services.BuildServiceProvider();

        HealthCheckService health = provider.GetRequiredService<HealthCheckService>();
        HealthReport report = await health.CheckHealthAsync(TestContext.Current.CancellationToken);

        Assert.Equal(HealthStatus.Unhealthy, report.Status);
        Assert.Contains("There is no executor 'misspelt'", report.Entries["misspelt"].Description, StringComparison.Ordinal);
    }

    [Fact(Timeout = Patience)]
    public async Task A_worker_is_ready_before_other_services_start()
    {
        var seen = new Watcher();
        using IHost host = Build(services =>
        {
            services.AddSingleton<IHostedService>(provider => seen.Of(provider.GetRequiredService<ProcessPoolExecutor>()));
            services.AddProcessPool("late"); // registered after the service that it has to precede
        });
        await host.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal(WorkerState.Idle, seen.Worker);
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact(Timeout = Patience)]
    public async Task Tasks_that_nobody_awaits_are_finished_as_the_host_stops()
    {
        using IHost host = Build(
            static services => services.AddProcessPool("busy", static (options, _) => options with { MaxWorkers = 1 }));
        await host.StartAsync(TestContext.Current.CancellationToken);
        ProcessPoolExecutor pool = host.Services.GetRequiredService<ProcessPoolExecutor>();
        Task[] tasks = [.. Enumerable.Repeat(0, 3).Select(_ => pool.SubmitAsync(Sleep, 100, cancellationToken: CancellationToken.None))];

        await host.StopAsync(TestContext.Current.CancellationToken);

        Assert.All(tasks, static task => Assert.True(task.IsCompletedSuccessfully, $"{task.Status}"));
    }

    [Fact(Timeout = Patience)]
    public async Task What_does_not_end_within_the_host_s_shutdown_timeout_is_killed_and_the_log_says_so()
    {
        var log = new TestLog();
        using IHost host = Build(
            services =>
            {
                services.AddProcessPool("stuck", static (options, _) => options with { MaxWorkers = 1 });
                services.Configure<HostOptions>(static options => options.ShutdownTimeout = TimeSpan.FromMilliseconds(200));
            },
            log);
        await host.StartAsync(TestContext.Current.CancellationToken);
        ProcessPoolExecutor pool = host.Services.GetRequiredService<ProcessPoolExecutor>();
        Task running = pool.SubmitAsync(Sleep, Timeout.Infinite, cancellationToken: CancellationToken.None);
        Task waiting = pool.SubmitAsync(Sleep, Timeout.Infinite, cancellationToken: CancellationToken.None);

        await host.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(FailureCause.Shutdown, (await Assert.ThrowsAsync<WorkerLostException>(() => running)).Failure.Cause);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Contains(log.Lines, static line => line.Contains("'stuck' could not finish", StringComparison.Ordinal));
    }

    [Fact(Timeout = Patience)]
    public async Task A_pool_that_can_never_have_a_worker_ends_the_start_with_the_reason()
    {
        using IHost host = Build(static services => services.AddProcessPool(
            "broken", static (options, _) => options with { Initializer = WorkerInitializer.Create(Fail, "no database") }));
        var error = await Assert.ThrowsAsync<BrokenExecutorException>(() => host.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains("no database", error.Message, StringComparison.Ordinal);
        Assert.Equal(HealthStatus.Unhealthy, (await HealthAsync(host, "broken")).Status);
    }

    [Fact(Timeout = Patience)]
    public async Task One_that_has_no_worker_yet_lets_the_host_start_after_its_patience_and_is_degraded()
    {
        var log = new TestLog();
        using IHost host = Build(
            static services => services.AddProcessPool("slow", static (options, _) => options with
            {
                StartTimeout = TimeSpan.FromMilliseconds(1),
                StartPatience = TimeSpan.FromMilliseconds(50),
            }),
            log);
        await host.StartAsync(TestContext.Current.CancellationToken);

        HealthReportEntry health = await HealthAsync(host, "slow");
        Assert.Equal(HealthStatus.Degraded, health.Status);
        Assert.Contains("StartTimeout", health.Description, StringComparison.Ordinal);
        Assert.Contains(log.Lines, static line => line.Contains("'slow' has no worker yet", StringComparison.Ordinal));
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact(Timeout = Patience)]
    public async Task A_full_queue_is_degraded_health_with_the_facts()
    {
        using IHost host = Build(static services => services.AddThreadPool(
            "full", static (options, _) => options with { MaxWorkers = 1, QueueCapacity = 2 }));
        await host.StartAsync(TestContext.Current.CancellationToken);
        ThreadPoolExecutor pool = host.Services.GetRequiredService<ThreadPoolExecutor>();
        Assert.Equal(HealthStatus.Healthy, (await HealthAsync(host, "full")).Status);
        Task[] tasks = [.. Enumerable.Repeat(0, 3).Select(_ => pool.SubmitAsync(Wait, 0))];

        HealthReportEntry health = await HealthAsync(host, "full");
        s_gate.Release(3);
        await Task.WhenAll(tasks);

        Assert.Equal((HealthStatus.Degraded, "Its queue is full: 2 tasks wait."), (health.Status, health.Description));
        Assert.Equal((2, "Open"), (health.Data["queued"], health.Data["state"]));
        await host.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HealthStatus.Unhealthy, (await HealthAsync(host, "full")).Status);
    }

    [Fact(Timeout = Patience)]
    public async Task Settings_come_from_configuration_and_code_has_the_last_word()
    {
        DirectoryInfo failures = Directory.CreateTempSubdirectory("offloop-hosting-");
        var given = new Dictionary<string, string?>
        {
            ["Offloop:set:RecordFailures:Directory"] = failures.FullName,
            ["Offloop:set:RecordFailures:MaxAge"] = "2.00:00:00",
            ["Offloop:set:maxworkers"] = "3",
            ["Offloop:set:TaskTimeout"] = "00:00:07",
            ["Offloop:set:IdleTimeout"] = "infinite",
            ["Offloop:set:QueueFullMode"] = "reject",
            ["Offloop:set:QueueCapacity"] = "5",
            ["Offloop:set:Environment:REGION"] = "north",
        };
        ProcessPoolOptions? options = null;
        using IHost host = Build(
            services => services.AddProcessPool("set", (configured, _) => options = configured with { QueueCapacity = 9 }),
            settings: given);
        await host.StartAsync(TestContext.Current.CancellationToken);
        await host.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(
            ("set", 3, TimeSpan.FromSeconds(7), Timeout.InfiniteTimeSpan, QueueFullMode.Reject, 9),
            (options!.Name, options.MaxWorkers, options.TaskTimeout, options.IdleTimeout, options.QueueFullMode, options.QueueCapacity));
        Assert.Equal("north", options.Environment["REGION"]);
        Assert.Equal((failures.FullName, TimeSpan.FromDays(2)), (options.RecordFailures?.Directory, options.RecordFailures?.MaxAge));
        failures.Delete();
    }

    private static readonly SemaphoreSlim s_gate = new(0);

    private static IHost Build(
        Action<IServiceCollection> configure, TestLog? log = null, Dictionary<string, string?>? settings = null)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(settings ?? []);
        if (log is not null)
            builder.Services.AddSingleton<ILoggerFactory>(log);
        configure(builder.Services);
        IHealthChecksBuilder health = builder.Services.AddHealthChecks();
        foreach (string name in builder.Services.Select(static service => service.ServiceKey).OfType<string>().Distinct().ToArray())
            health.AddExecutor(name);
        return builder.Build();
    }

    private static async Task<HealthReportEntry> HealthAsync(IHost host, string name) =>
        (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries[name];

    private static void Sleep(int milliseconds) => Thread.Sleep(milliseconds);

    private static void Wait(int ignored) => s_gate.Wait();

    private static void Fail(string message) => throw new InvalidOperationException(message);

    /// <summary>A service that looks at the pool as it starts.</summary>
    private sealed class Watcher : IHostedService
    {
        private ProcessPoolExecutor? _pool;

        public WorkerState? Worker { get; private set; }

        public Watcher Of(ProcessPoolExecutor pool)
        {
            _pool = pool;
            return this;
        }

        public Task StartAsync(CancellationToken cancellationToken)
        {
            Worker = _pool!.GetSnapshot().Workers.FirstOrDefault(static worker => worker.State == WorkerState.Idle)?.State;
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
