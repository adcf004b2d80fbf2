using System.Text.Json;
using Offloop.Tests.Support;

namespace Offloop.Tests.Life;

/// <summary>What a receiver of OTLP in another process gets from an application and from its workers.</summary>
public sealed class TracedApiTests
{
    private const int Patience = 150_000;

    [Fact(Timeout = Patience)]
    public async Task One_trace_goes_from_a_web_request_through_the_pipe_to_the_task_s_own_span_and_the_metrics_come_too()
    {
        await using var receiver = new RunningProgram("OtlpReceiver", []);
        await using Api api = await Api.StartAsync(new()
        {
            ["OTEL_SDK_DISABLED"] = "false",
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = await receiver.FindAsync("listening"),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
        });

        await api.TryGetAsync("/crash"); // first: a worker that crashes loses the spans that it holds
        Assert.Equal("Hello, World.", await api.GetAsync("/greet/World"));
        api.Program.Terminate(); // a worker exports what it holds as it leaves
        Assert.Equal(0, await api.Program.EndAsync());

        JsonElement own = await SpanAsync("look up the greeting");
        JsonElement run = await SpanAsync("run Offloop.HostedApi.Work.Greet");
        JsonElement submit = await SpanAsync("submit Offloop.HostedApi.Work.Greet");
        JsonElement request = await SpanAsync("GET /greet/{name}");
        Assert.Equal(Text(run, "spanId"), Text(own, "parentId"));
        Assert.Equal(Text(submit, "spanId"), Text(run, "parentId"));
        Assert.Equal(Text(request, "spanId"), Text(submit, "parentId"));
        Assert.Single(new[] { own, run, submit, request }.Select(static span => Text(span, "traceId")).Distinct());
        Assert.NotEqual($"{api.Program.ProcessId}", own.GetProperty("attributes").GetProperty("process.pid").GetString());
        Assert.Equal("succeeded", submit.GetProperty("attributes").GetProperty("offloop.task.outcome").GetString());
        Assert.Equal("started", submit.GetProperty("events")[0].GetString());

        // Every instrument of the page that a pool of processes has, with its unit.
        string page = await File.ReadAllTextAsync(RepositoryFile.Path("docs", "telemetry.md"), TestContext.Current.CancellationToken);
        foreach (string row in page.Split('\n').Where(static line => line.StartsWith("| `offloop.executor.", StringComparison.Ordinal)))
        {
            string[] cells = row.Split('|', StringSplitOptions.TrimEntries);
            if (cells.Length == 7)
                await receiver.FindAsync($$"""{"instrument":"{{cells[1].Trim('`')}}","unit":"{{cells[2].Trim('`')}}"}""");
        }

        Task<JsonElement> SpanAsync(string name) => SpanOf(receiver, name);
    }

    private static async Task<JsonElement> SpanOf(RunningProgram receiver, string name)
    {
        string line = await receiver.FindAsync(lines =>
            lines.FirstOrDefault(line => line.StartsWith($"{{\"name\":\"{name}\"", StringComparison.Ordinal)));
        return JsonDocument.Parse(line).RootElement;
    }

    private static string? Text(JsonElement span, string property) => span.GetProperty(property).GetString();
}
