using System.Diagnostics;
using System.Net;

namespace Offloop.Tests.Launching;

/// <summary>The web API of the README, made of its text and of the package as a newcomer does.</summary>
public sealed class ReadmeProgramTests(Feed feed)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task The_web_api_of_the_readme_answers_ends_what_hangs_and_shows_its_telemetry()
    {
        string directory = feed.Make("Readme");
        await File.WriteAllTextAsync(Path.Combine(directory, "Program.cs"), Block());
        Run built = await Feed.DotnetAsync(directory, "build");
        built.AssertSaid("warning OFFLOOP101: The submitted delegate captures 'number'"); // about Mistake.cs

        using Process program = Feed.Start(
            directory, "dotnet", "exec", Path.Combine("bin", "Debug", "net10.0", "Shop.dll"), "--urls", "http://127.0.0.1:0");
        try
        {
            string listening = await LineWithAsync(program, "Now listening on: ");
            using var client = new HttpClient { BaseAddress = new Uri(listening[listening.IndexOf("http", StringComparison.Ordinal)..]) };

            Assert.StartsWith("a report, made by process ", await GetAsync("report/0", HttpStatusCode.OK), StringComparison.Ordinal);
            string problem = await GetAsync("report/60", HttpStatusCode.GatewayTimeout);
            Assert.Contains("CancellationGrace of 2 s, and was killed with its process", problem, StringComparison.Ordinal);
            Assert.StartsWith("a report, made by process ", await GetAsync("report/0", HttpStatusCode.OK), StringComparison.Ordinal);
            Assert.Equal("Healthy", await GetAsync("health", HttpStatusCode.OK));
            await LineWithAsync(program, "Activity.DisplayName:        submit Reports.Make");
            await LineWithAsync(program, "('Reports.Make') did not end in time"); // a warning of the log
            await LineWithAsync(program, "Metric Name: offloop.");

            async Task<string> GetAsync(string path, HttpStatusCode status)
            {
                using HttpResponseMessage answer = await client.GetAsync(new Uri(path, UriKind.Relative));
                string text = await answer.Content.ReadAsStringAsync();
                Assert.True(answer.StatusCode == status, text);
                return text;
            }
        }
        finally
        {
            program.Kill(); // its workers follow it
            await program.WaitForExitAsync().WaitAsync(s_patience);
        }
    }

    private static string Block()
    {
        string page = File.ReadAllText(Path.Combine(Feed.Repository, "README.md")).ReplaceLineEndings("\n");
        return page.Split("```csharp\n").Select(static rest => rest.Split("```")[0]).Single(static block =>
            block.Contains("WebApplication.CreateBuilder", StringComparison.Ordinal));
    }

    private static async Task<string> LineWithAsync(Process program, string words)
    {
        using var limit = new CancellationTokenSource(s_patience);
        while (await program.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.Contains(words, StringComparison.Ordinal))
                return line;
        }
        throw new InvalidOperationException($"The program ended without '{words}'.");
    }
}
