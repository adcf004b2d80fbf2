using Checks;

PoolCheck.NoteMain();
HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
builder.Logging.ClearProviders();
builder.Services.AddHostedService<Service>();
await builder.Build().RunAsync();

internal sealed class Service(IHostApplicationLifetime lifetime) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Console.WriteLine(await PoolCheck.RunAsync());
        lifetime.StopApplication();
    }
}
