using Checks;
using Offloop;

PoolCheck.NoteMain();
HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
builder.Logging.ClearProviders();
builder.Services.AddProcessPool("blocking", static (options, _) => options with { MaxWorkers = 1 });
builder.Services.AddHostedService<Service>();
await builder.Build().RunAsync();

internal sealed class Service(ProcessPoolExecutor pool, IHostApplicationLifetime lifetime) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Console.WriteLine(await PoolCheck.RunAsync(pool));
        Task<int>[] tasks = [.. Enumerable.Range(0, 6).Select(number => pool.SubmitAsync(Work.Slow, number, cancellationToken: default))];
        if (OperatingSystem.IsWindows())
            lifetime.StopApplication();
        else
            System.Diagnostics.Process.Start("kill", ["-TERM", $"{Environment.ProcessId}"]);
        string done = string.Join(' ', await Task.WhenAll(tasks));
        Console.WriteLine($"drained {done}, stopping {lifetime.ApplicationStopping.IsCancellationRequested}");
    }
}
