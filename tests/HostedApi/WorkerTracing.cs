using OpenTelemetry;
using OpenTelemetry.Trace;

namespace Offloop.HostedApi;

/// <summary>What exports the spans of a worker.</summary>
internal static class WorkerTracing
{
    /// <summary>Exports what tasks record. It listens to the library's source, whose spans are the parents of theirs.</summary>
    public static IDisposable? Trace() => Sdk.CreateTracerProviderBuilder()
        .AddSource("Offloop.Executors").AddSource(Work.Source.Name).AddOtlpExporter().Build();
}
