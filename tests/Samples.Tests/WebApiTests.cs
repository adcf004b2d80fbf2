using System.Text.Json;
using Offloop.Tests.Support;

namespace Offloop.Tests;

/// <summary>The web API, asked by clients that wait, that leave and that are too many.</summary>
public sealed class WebApiTests
{
    private const int Workers = 2;

    [Fact(Timeout = Sample.Patience)]
    public async Task A_request_that_hangs_gets_504_and_the_others_are_answered_meanwhile()
    {
        await using Sample sample = Start(new() { ["OTEL_SDK_DISABLED"] = "true" });
        using HttpClient client = await ClientAsync(sample);
        using var leaving = new CancellationTokenSource();
        Task hang = client.GetAsync("/pages/hang?milliseconds=1000000", leaving.Token); // it hangs as long as this test runs

        Assert.Equal("This is the page one.", await client.GetStringAsync("/pages/one?milliseconds=60000"));
        Assert.Equal(504, await StatusAsync(client, "/pages/hang?milliseconds=200"));
        Assert.Equal("Healthy", await client.GetStringAsync("/health"));
        Assert.Equal("This is the page two.", await client.GetStringAsync("/pages/two?milliseconds=60000"));

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hang);
        await EndAsync(sample);
    }

    [Fact(Timeout = Sample.Patience)]
    public async Task More_than_the_queue_takes_gets_503_and_clients_that_leave_make_room()
    {
        await using Sample sample = Start(new() { ["OTEL_SDK_DISABLED"] = "true" });
        using HttpClient client = await ClientAsync(sample);
        using var leaving = new CancellationTokenSource();
        List<Task<HttpResponseMessage>> hanging = [];
        do
            hanging.Add(client.GetAsync("/pages/hang?milliseconds=1000000", leaving.Token));
        while (await client.GetStringAsync("/health") == "Healthy");

        // The second worker may have been starting so far, and has room for one of these.
        for (int i = 0; i < Workers; i++)
            hanging.Add(client.GetAsync("/pages/hang?milliseconds=1000000", leaving.Token));
        Assert.Equal(503, (int)(await await Task.WhenAny(hanging)).StatusCode);

        await leaving.CancelAsync();
        while (await StatusAsync(client, "/pages/one?milliseconds=60000") == 503) // until the API has noticed that they are gone
            await Task.Delay(10);
        Assert.Equal("This is the page two.", await client.GetStringAsync("/pages/two?milliseconds=60000"));
        await EndAsync(sample);
    }

    [Fact(Timeout = Sample.Patience)]
    public async Task One_trace_goes_from_the_request_to_what_the_task_asks_and_the_metrics_come_too()
    {
        await using var receiver = new RunningProgram("OtlpReceiver", []);
        await using Sample sample = Start(new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = await receiver.FindAsync("listening"),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "100", // a worker that leaves has a second to export the rest, which may be too little under load
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
        });
        using HttpClient client = await ClientAsync(sample);

        await client.GetStringAsync("/pages/one?milliseconds=60000");

        string[] traces = [.. await Task.WhenAll(
            TraceAsync("GET /pages/{name}"),
            TraceAsync("submit Offloop.Samples.WebApi.BlockingClient.Download"),
            TraceAsync("run Offloop.Samples.WebApi.BlockingClient.Download"),
            TraceAsync("GET"))];
        Assert.Single(traces.Distinct());
        await receiver.FindAsync("\"instrument\":\"offloop.");
        await EndAsync(sample);

        async Task<string> TraceAsync(string span)
        {
            string line = await receiver.FindAsync(lines =>
                lines.FirstOrDefault(line => line.StartsWith($"{{\"name\":\"{span}\"", StringComparison.Ordinal)));
            return JsonDocument.Parse(line).RootElement.GetProperty("traceId").GetString()!;
        }
    }

    private static Sample Start(Dictionary<string, string> environment) =>
        new("WebApi", new(environment) { ["ASPNETCORE_URLS"] = "http://127.0.0.1:0" });

    private static async Task<HttpClient> ClientAsync(Sample sample) =>
        new() { BaseAddress = new Uri(await sample.Program.FindAsync("Now listening on:")), Timeout = TimeSpan.FromSeconds(60) };

    private static async Task<int> StatusAsync(HttpClient client, string path)
    {
        using HttpResponseMessage answer = await client.GetAsync(path);
        return (int)answer.StatusCode;
    }

    private static async Task EndAsync(Sample sample)
    {
        if (OperatingSystem.IsWindows())
            return; // there is no such signal, and the sample is killed
        sample.Program.Terminate();
        Assert.Equal(0, await sample.Program.EndAsync());
    }
}
