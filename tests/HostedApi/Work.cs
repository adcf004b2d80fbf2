using System.Diagnostics;

namespace Offloop.HostedApi;

/// <summary>The blocking calls. They run in the workers.</summary>
internal static class Work
{
    public static ActivitySource Source { get; } = new("HostedApi.Work");

    /// <summary>A task that uses a service of its worker and records a span of its own.</summary>
    public static string Greet(string name)
    {
        using Activity? span = Source.StartActivity("look up the greeting");
        span?.SetTag("process.pid", Environment.ProcessId);
        return WorkerServices.Provider.GetRequiredService<Greeter>().Greet(name);
    }

    public static int Sleep(int milliseconds)
    {
        Thread.Sleep(milliseconds);
        return milliseconds;
    }

    public static void Crash() => Environment.Exit(9);
}

/// <summary>A service that tasks use.</summary>
internal sealed class Greeter(string greeting)
{
    public string Greet(string name) => $"{greeting}, {name}.";
}
