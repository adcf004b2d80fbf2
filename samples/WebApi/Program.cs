using Microsoft.AspNetCore.Http.HttpResults;
using Offloop;
using Offloop.Samples.WebApi;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

// The slow server that the API asks. It is part of the sample, so that the sample needs no network.
await using WebApplication slow = SlowServer.Create();
await slow.StartAsync();

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Services.AddSingleton(new Upstream(slow.Urls.Single()));
builder.Services.AddProcessPool("blocking", static (options, _) => options with
{
    MaxWorkers = 2,
    QueueCapacity = 8,
    QueueFullMode = QueueFullMode.Reject, // an answer of 503 now is better than one after a minute
    CancellationGrace = TimeSpan.Zero, // the blocking client cannot be asked to stop, so there is nothing to wait for
    WorkerTelemetry = Telemetry.OfWorker,
});
builder.Services.AddHealthChecks().AddExecutor("blocking");
builder.Services.AddOpenTelemetry()
    .WithTracing(static traces => traces.AddAspNetCoreInstrumentation().AddSource("Offloop.Executors").AddOtlpExporter())
    .WithMetrics(static metrics => metrics.AddMeter("Offloop.Executors").AddOtlpExporter());

WebApplication app = builder.Build();
app.MapGet("/pages/{name}", GetPageAsync);
app.MapHealthChecks("/health");
await app.RunAsync();

// Each request says how long it is ready to wait. The token is cancelled when the client is gone.
static async Task<Results<ContentHttpResult, ProblemHttpResult>> GetPageAsync(
    string name, ProcessPoolExecutor pool, Upstream upstream, CancellationToken gone, int milliseconds = 2000)
{
    var options = new SubmitOptions { Timeout = TimeSpan.FromMilliseconds(milliseconds) };
    try
    {
        return TypedResults.Text(await pool.SubmitAsync(BlockingClient.Download, $"{upstream.Address}/{name}", options, gone));
    }
    catch (TaskTimeoutException error)
    {
        return TypedResults.Problem(error.Message, statusCode: StatusCodes.Status504GatewayTimeout);
    }
    catch (QueueFullException error)
    {
        return TypedResults.Problem(error.Message, statusCode: StatusCodes.Status503ServiceUnavailable);
    }
    catch (HttpRequestException error)
    {
        return TypedResults.Problem(error.Message, statusCode: StatusCodes.Status502BadGateway);
    }
}
