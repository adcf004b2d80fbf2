using Checks;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

PoolCheck.NoteMain();
WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.WebHost.UseUrls("http://127.0.0.1:0");
builder.Logging.ClearProviders();
await using WebApplication application = builder.Build();
application.MapGet("/", PoolCheck.RunAsync);
await application.StartAsync();
string address = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
using var client = new HttpClient();
Console.WriteLine(await client.GetStringAsync(new Uri(address)));
await application.StopAsync();
