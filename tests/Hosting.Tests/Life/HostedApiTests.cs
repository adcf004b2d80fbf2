using Offloop.Tests.Support;

namespace Offloop.Tests.Life;

/// <summary>A web API with a pool, as a user would write it.</summary>
public sealed class HostedApiTests
{
    private const int Patience = 150_000;

    [Fact(Timeout = Patience)]
    public async Task SIGTERM_ends_it_after_the_requests_that_it_has_and_no_task_is_lost()
    {
        await using Api api = await Api.StartAsync(new() { ["Offloop__blocking__MaxWorkers"] = "2", ["Greeting"] = "Good morning" });
        Assert.Equal("Good morning, Ada.", await api.GetAsync("/greet/Ada"));
        Task<string>[] requests = [.. Enumerable.Repeat(0, 12).Select(_ => api.GetAsync("/slow/200"))];
        await requests[0]; // the others have been taken

        api.Program.Terminate();

        Assert.All(await Task.WhenAll(requests), static answer => Assert.Equal("200", answer));
        Assert.Equal(0, await api.Program.EndAsync());
        Assert.DoesNotContain(api.Program.Lines, static line => line.Contains("could not finish", StringComparison.Ordinal));
    }

    [Fact(Timeout = Patience)]
    public async Task Its_health_goes_through_a_degraded_phase_and_back()
    {
        string directory = Directory.CreateTempSubdirectory("hosted-").FullName;
        await using Api api = await Api.StartAsync(new()
        {
            ["Offloop__blocking__MaxWorkers"] = "1",
            ["Offloop__blocking__WorkingDirectory"] = directory,
        });
        Assert.Equal((200, "Healthy:  1 workers"), await api.TryGetAsync("/health"));

        Directory.Delete(directory); // no other worker can start
        Assert.Equal(502, (await api.TryGetAsync("/crash")).Status);
        string degraded = await HealthAsync(api, "Degraded");
        Assert.Contains("the last start of a worker failed", degraded, StringComparison.Ordinal);

        Directory.CreateDirectory(directory);
        await HealthAsync(api, "Healthy");
        Assert.Equal("Hello, Ada.", await api.GetAsync("/greet/Ada"));
        Directory.Delete(directory);
    }

    [Theory(Timeout = Patience)]
    [InlineData("MaxWorker", "3", "The setting 'Offloop:blocking:MaxWorker' is unknown. ProcessPoolOptions can be configured with ")]
    [InlineData("MaxWorkers", "many", "The setting 'Offloop:blocking:MaxWorkers' is 'many', which cannot be used: ")]
    [InlineData("MaxWorkers", "-1", "The setting 'Offloop:blocking:MaxWorkers' is '-1', which cannot be used: MaxWorkers is -1")]
    public async Task A_wrong_setting_ends_its_start_and_is_named(string key, string value, string words)
    {
        await using var program = new RunningProgram(
            "HostedApi",
            new() { ["Offloop__blocking__" + key] = value, ["OTEL_SDK_DISABLED"] = "true", ["ASPNETCORE_URLS"] = "http://127.0.0.1:0" });

        Assert.NotEqual(0, await program.EndAsync());
        await program.FindAsync(words);
        Assert.DoesNotContain(program.Lines, static line => line.Contains("Now listening", StringComparison.Ordinal));
    }

    /// <summary>Asks until the health is this, and returns the answer. The pool changes in the background.</summary>
    private static async Task<string> HealthAsync(Api api, string status)
    {
        while (true)
        {
            (int code, string body) = await api.TryGetAsync("/health");
            if (body.StartsWith(status, StringComparison.Ordinal))
                return body;
            Assert.Equal(200, code);
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
