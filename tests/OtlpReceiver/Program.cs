using System.Globalization;
using System.Text.Json;
using Offloop.OtlpReceiver;

// A receiver of OTLP over HTTP. It writes one line of JSON for each span and each metric that arrives.
WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.ClearProviders();
builder.WebHost.UseUrls("http://127.0.0.1:0");
WebApplication app = builder.Build();
app.MapPost("/v1/traces", async (HttpRequest request) => Write(Otlp.ReadSpans(await BodyAsync(request))));
app.MapPost("/v1/metrics", async (HttpRequest request) => Write(Otlp.ReadMetrics(await BodyAsync(request))));
await app.StartAsync();
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"listening {app.Urls.Single()}"));
await app.WaitForShutdownAsync();

static async Task<byte[]> BodyAsync(HttpRequest request)
{
    using var body = new MemoryStream();
    await request.Body.CopyToAsync(body);
    return body.ToArray();
}

static IResult Write(IEnumerable<object> items)
{
    lock (Console.Out)
    {
        foreach (object item in items)
            Console.WriteLine(JsonSerializer.Serialize(item, JsonSerializerOptions.Web));
    }
    return Results.Bytes([], "application/x-protobuf"); // an empty answer says that all of it was taken
}
