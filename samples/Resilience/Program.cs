using System.Globalization;
using Offloop;
using Offloop.Samples.Resilience;
using Polly;
using Polly.CircuitBreaker;

// Resilience [SECONDS]
double seconds = double.Parse(args.ElementAtOrDefault(0) ?? "1", CultureInfo.InvariantCulture);

WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
await using WebApplication web = builder.Build();
var server = new FlakyServer();
web.Urls.Add("http://127.0.0.1:0");
web.Map("/{page}", server.AnswerAsync);
await web.StartAsync();
string address = web.Urls.Single();

await using var pool = new ProcessPoolExecutor(new ProcessPoolOptions
{
    MaxWorkers = 1,
    SpareWorkers = 1,
    TaskTimeout = TimeSpan.FromSeconds(seconds), // of each try; a call that hangs ends here, so a retry never runs beside it
    CancellationGrace = TimeSpan.Zero,
});

ResiliencePipeline reading = Pipelines.Create(Pipelines.MayRunTwice);
foreach (string page in new[] { "fine", "flaky", "hangs-once" })
{
    string text = await reading.ExecuteAsync(async stop => await pool.SubmitAsync(Shop.Read, $"{address}/{page}", cancellationToken: stop));
    Console.WriteLine($"{page}: {text}, after {server.Calls[page]} calls");
}

ResiliencePipeline buying = Pipelines.Create(Pipelines.NeverRan);
try
{
    await buying.ExecuteAsync(async stop => await pool.SubmitAsync(Shop.Buy, $"{address}/order", cancellationToken: stop));
}
catch (WorkerLostException error)
{
    Console.WriteLine($"order: {error.Failure.Cause} while {error.Failure.Phase}, so it may be done: {server.Calls["order"]} call");
}

ResiliencePipeline readingFromOther = Pipelines.Create(Pipelines.MayRunTwice);
for (int i = 1; i <= 2; i++)
{
    try
    {
        await readingFromOther.ExecuteAsync(
            async stop => await pool.SubmitAsync(Shop.Read, $"{address}/down", cancellationToken: stop));
    }
    catch (Exception error) when (error is HttpRequestException or BrokenCircuitException)
    {
        Console.WriteLine($"down, request {i}: {error.GetType().Name} after {server.Calls["down"]} calls");
    }
}
