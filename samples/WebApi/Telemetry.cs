using OpenTelemetry;
using OpenTelemetry.Trace;

namespace Offloop.Samples.WebApi;

/// <summary>What each worker exports itself: its part of a task's trace, and the HTTP request that the task makes.</summary>
internal static class Telemetry
{
    public static IDisposable? OfWorker() => Sdk.CreateTracerProviderBuilder()
        .AddSource("Offloop.Executors").AddSource("System.Net.Http").AddOtlpExporter().Build();
}
