namespace Offloop.HostedApi;

/// <summary>What a worker has of the application's services. A worker is another process, so it builds a provider of its own, once, before
/// its first task.</summary>
internal static class WorkerServices
{
    public static IServiceProvider Provider { get; private set; } = null!;

    /// <summary>The initializer of the pool.</summary>
    public static void Build(string greeting)
    {
        var services = new ServiceCollection();
        services.AddSingleton(new Greeter(greeting));
        Provider = services.BuildServiceProvider();
    }
}
