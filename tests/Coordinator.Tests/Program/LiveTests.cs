using System.Diagnostics;

namespace Offloop.Tests.Program;

/// <summary><c>run --live</c>, in a terminal that <c>script</c> makes.</summary>
[Collection(OwnClock.Name)]
public class LiveTests
{
    private const int Limit = 120_000;

    [Theory(Timeout = Limit)]
    [InlineData("http", "q ends the run when its fetches have ended")]
    [InlineData("hang", "ending; q again ends it at once")] // a call that hangs would be waited for
    public async Task It_shows_the_workers_and_ends_with_q(string work, string expected)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "There is no script here, which makes a terminal.");
        string json = Path.GetTempFileName();
        string run = $"exec '{Cli.Path}' run --live --interval 50ms --work {work} --format json >'{json}'";
        var start = new ProcessStartInfo("/usr/bin/script", ["-qec", $"stty rows 24 cols 100; {run}", "/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["TERM"] = "xterm-256color";
        try
        {
            using var process = Process.Start(start)!;
            Assert.Contains(" busy ", await ReadUntilAsync(process, " busy "), StringComparison.Ordinal);
            await TypeAsync(process, "q");
            if (work == "hang")
            {
                await ReadUntilAsync(process, expected);
                await TypeAsync(process, "q");
            }
            string rest = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);

            Assert.Equal(0, process.ExitCode);
            Assert.Contains("event loop: ", rest, StringComparison.Ordinal); // free, unless another program has kept it from its processor
            string[] lines = await File.ReadAllLinesAsync(json, TestContext.Current.CancellationToken);
            Assert.StartsWith("{\"event\":\"tick\"", lines[0], StringComparison.Ordinal);
            Assert.StartsWith("{\"event\":\"summary\"", lines[^1], StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(json);
        }
    }

    private static async Task TypeAsync(Process process, string keys)
    {
        await process.StandardInput.WriteAsync(keys);
        await process.StandardInput.FlushAsync();
    }

    private static async Task<string> ReadUntilAsync(Process process, string text)
    {
        var read = new System.Text.StringBuilder();
        char[] buffer = new char[4096];
        while (!read.ToString().Contains(text, StringComparison.Ordinal))
        {
            int count = await process.StandardOutput.ReadAsync(buffer, TestContext.Current.CancellationToken);
            Assert.True(count > 0, $"It ended without '{text}': {read}");
            read.Append(buffer, 0, count);
        }
        return read.ToString();
    }
}
