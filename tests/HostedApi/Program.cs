using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Offloop;
using Offloop.HostedApi;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

// A web API that offloads its blocking calls, as a user of the packages would write it.
WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Services.AddProcessPool("blocking", static (options, services) => options with
{
    Initializer = WorkerInitializer.Create(WorkerServices.Build, services.GetRequiredService<IConfiguration>()["Greeting"] ?? "Hello"),
    WorkerTelemetry = WorkerTracing.Trace,
});
builder.Services.AddHealthChecks().AddExecutor("blocking");
builder.Services.AddOpenTelemetry()
    .WithTracing(static traces => traces.AddAspNetCoreInstrumentation().AddSource("Offloop.Executors").AddOtlpExporter())
    .WithMetrics(static metrics => metrics.AddMeter("Offloop.Executors").AddOtlpExporter());
WebApplication app = builder.Build();
app.MapGet("/greet/{name}", static (string name, ProcessPoolExecutor pool, CancellationToken gone) =>
    pool.SubmitAsync(Work.Greet, name, cancellationToken: gone));
app.MapGet("/slow/{milliseconds:int}", static (int milliseconds, ProcessPoolExecutor pool) => pool.SubmitAsync(Work.Sleep, milliseconds));
app.MapGet("/crash", static async (ProcessPoolExecutor pool) =>
{
    try
    {
        await pool.SubmitAsync(Work.Crash);
        return Results.Ok();
    }
    catch (WorkerLostException error)
    {
        return Results.Problem(error.Message, statusCode: StatusCodes.Status502BadGateway);
    }
});
app.MapHealthChecks("/health", new HealthCheckOptions
{
    ResponseWriter = static (context, report) => context.Response.WriteAsync(
        $"{report.Status}: {report.Entries["blocking"].Description} {report.Entries["blocking"].Data["workers"]} workers"),
    ResultStatusCodes = { [HealthStatus.Degraded] = StatusCodes.Status200OK },
});
await app.RunAsync();
