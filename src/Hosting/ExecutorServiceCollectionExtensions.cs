using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Offloop;
using Offloop.Hosting.Configuration;
using Offloop.Hosting.Health;
using Offloop.Hosting.Life;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds executors to a host. Each is a keyed singleton under its name, as <see cref="Executor"/> and as its own type; the first of
/// each type is there without a key too.
/// <para>An executor is made, and the first worker of a pool is ready, before the host takes traffic. When the host stops, it finishes its
/// tasks once everything else has stopped, within the host's shutdown timeout; what is left then is ended as
/// <see cref="ShutdownMode.Kill"/> does.</para></summary>
public static class ExecutorServiceCollectionExtensions
{
    /// <summary>Adds a <see cref="ProcessPoolExecutor"/>. Its options begin with the host's logger factory and clock and with the name,
    /// then take the settings under <c>Offloop:name</c> of the host's configuration, which have the names of the properties, and then those
    /// of <paramref name="configure"/>.</summary>
    /// <param name="services">The services.</param>
    /// <param name="name">The name of the executor: its key, and what it is called in metrics, traces and health.</param>
    /// <param name="configure">Returns changed options, <c>options with { … }</c>; null changes nothing.</param>
    /// <returns>The services.</returns>
    /// <exception cref="ArgumentException">The name is empty or taken.</exception>
    /// <remarks>A setting that is unknown or wrong ends the start of the host with an <see cref="InvalidOperationException"/> that names
    /// its key.</remarks>
    public static IServiceCollection AddProcessPool(
        this IServiceCollection services, string name, Func<ProcessPoolOptions, IServiceProvider, ProcessPoolOptions>? configure = null) =>
        Add(services, name, configure, static options => new ProcessPoolExecutor(options));

    /// <summary>Adds a <see cref="ThreadPoolExecutor"/>, as <see cref="AddProcessPool"/> adds a pool of processes.</summary>
    /// <inheritdoc cref="AddProcessPool"/>
    public static IServiceCollection AddThreadPool(
        this IServiceCollection services, string name, Func<ThreadPoolOptions, IServiceProvider, ThreadPoolOptions>? configure = null) =>
        Add(services, name, configure, static options => new ThreadPoolExecutor(options));

    /// <summary>Adds any executor, such as a <c>ClusterExecutor</c>, whose nodes may come when they like: nobody waits for a first worker.
    /// The host's configuration is not read.</summary>
    /// <param name="services">The services.</param>
    /// <param name="name">The name of the executor here: its key, and that of its health. Give it the same
    /// <see cref="ExecutorOptions.Name"/>, which metrics and traces show.</param>
    /// <param name="create">Makes the executor, with the host's <see cref="ILoggerFactory"/> if it is to log.</param>
    /// <returns>The services.</returns>
    /// <exception cref="ArgumentException">The name is empty or taken.</exception>
    public static IServiceCollection AddExecutor<TExecutor>(
        this IServiceCollection services, string name, Func<IServiceProvider, TExecutor> create)
        where TExecutor : Executor
    {
        ArgumentNullException.ThrowIfNull(create);
        return Add<TExecutor>(services, name, provider => new ExecutorHolder(name, create(provider), QueueCapacity: null)
        {
            IsWarmedUp = false,
        });
    }

    /// <summary>Adds the health of an executor. It is healthy; degraded, with the reason, while workers cannot be started or its queue is
    /// full; or unhealthy when it is broken or shut down. Its data has the numbers of its snapshot.</summary>
    /// <param name="builder">The health checks.</param>
    /// <param name="name">The name of the executor, and of the check.</param>
    /// <param name="tags">The tags of the check, or null.</param>
    /// <returns>The health checks.</returns>
    [SuppressMessage("ApiDesign", "RS0027", Justification = "The other method of this name extends another type.")]
    public static IHealthChecksBuilder AddExecutor(this IHealthChecksBuilder builder, string name, IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(new HealthCheckRegistration(
            name, services => new ExecutorHealthCheck(name, services.GetKeyedService<ExecutorHolder>(name)), failureStatus: null, tags));
    }

    private static IServiceCollection Add<TExecutor, TOptions>(
        IServiceCollection services, string name, Func<TOptions, IServiceProvider, TOptions>? configure, Func<TOptions, TExecutor> make)
        where TExecutor : Executor
        where TOptions : PoolOptions, new() =>
        Add<TExecutor>(services, name, provider =>
        {
            TOptions options = OptionsOf(provider, name, configure);
            return new ExecutorHolder(name, make(options), options.QueueCapacity);
        });

    private static IServiceCollection Add<TExecutor>(IServiceCollection services, string name, Func<IServiceProvider, ExecutorHolder> make)
        where TExecutor : Executor
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (services.Any(service => service.ServiceType == typeof(ExecutorHolder) && name.Equals(service.ServiceKey)))
            throw new ArgumentException($"There is an executor '{name}' already; give this one another name.", nameof(name));

        services.AddKeyedSingleton(name, (provider, _) => make(provider));
        services.AddKeyedSingleton(name, (provider, _) => (TExecutor)provider.GetRequiredKeyedService<ExecutorHolder>(name).Executor);
        services.AddKeyedSingleton<Executor>(name, (provider, _) => provider.GetRequiredKeyedService<ExecutorHolder>(name).Executor);
        services.TryAddSingleton(provider => provider.GetRequiredKeyedService<TExecutor>(name));
        services.AddSingleton<IHostedService>(provider => new ExecutorLifetime(
            () => provider.GetRequiredKeyedService<ExecutorHolder>(name),
            provider.GetRequiredService<ILoggerFactory>().CreateLogger<ExecutorLifetime>()));
        return services;
    }

    private static TOptions OptionsOf<TOptions>(
        IServiceProvider provider, string name, Func<TOptions, IServiceProvider, TOptions>? configure)
        where TOptions : PoolOptions, new()
    {
        TOptions options = new TOptions() with
        {
            Name = name,
            LoggerFactory = provider.GetRequiredService<ILoggerFactory>(),
            TimeProvider = provider.GetService<TimeProvider>() ?? TimeProvider.System,
        };
        if (provider.GetService<IConfiguration>() is { } configuration)
            ConfiguredOptions.Apply(options, configuration.GetSection("Offloop:" + name));
        return configure is null ? options : configure(options, provider);
    }
}
