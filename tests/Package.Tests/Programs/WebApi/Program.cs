using Checks;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Offloop;

PoolCheck.NoteMain();
WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.WebHost.UseUrls("http://127.0.0.1:0");
builder.Logging.ClearProviders();
string directory = Directory.CreateTempSubdirectory("webapi-").FullName;
builder.Configuration["Offloop:blocking:WorkingDirectory"] = directory;
builder.Services.AddProcessPool("blocking", static (options, _) => options with { MaxWorkers = 4 });
builder.Services.AddHealthChecks().AddExecutor("blocking");
await using WebApplication application = builder.Build();
application.MapGet("/", static (ProcessPoolExecutor pool) => PoolCheck.RunAsync(pool));
application.MapHealthChecks("/health");
await application.StartAsync();
string address = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
using var client = new HttpClient();
Console.WriteLine(await client.GetStringAsync(new Uri(address)));
string healthy = await HealthAsync("Healthy");
Directory.Delete(directory); // no worker can start until it is there again
try
{
    await application.Services.GetRequiredService<ProcessPoolExecutor>().SubmitAsync(Work.Crash, 0);
}
catch (WorkerLostException)
{
}
string degraded = await HealthAsync("Degraded");
Directory.CreateDirectory(directory);
Console.WriteLine($"health {healthy} {degraded} {await HealthAsync("Healthy")}");
await application.StopAsync();
Directory.Delete(directory);

// Asks until the health is this.
async Task<string> HealthAsync(string wanted)
{
    while (true)
    {
        using HttpResponseMessage answer = await client.GetAsync(new Uri(new Uri(address), "/health"));
        if (await answer.Content.ReadAsStringAsync() is string health && health == wanted)
            return health;
        await Task.Delay(20);
    }
}
