using System.Text.RegularExpressions;

namespace Offloop.Tests.Program;

[Collection(OwnClock.Name)]
public sealed partial class CompareTests(CompareTests.Fetches fetches) : IClassFixture<CompareTests.Fetches>
{
    private const int Limit = 120_000;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    [Fact(Timeout = Limit)]
    public async Task With_crash_the_process_executor_alone_survives_and_the_table_tells_what_was_lost()
    {
        string[] table = await CompareAsync("crash", "--workers", "1");

        Assert.Matches(@"died at \d+\.\d s .* died at \d+\.\d s .* in time .* in time", Row(table, "end"));
        Assert.Matches(@"\b134\b.*\b134\b.*\b0\b", Row(table, "exit code"));
        Assert.Matches(@"\b1\b.*\b1\b.*\b[1-9]\d*\b", Row(table, "calls lost"));
    }

    [Fact(Timeout = Limit, Explicit = true)]
    public async Task With_hang_threads_are_left_and_the_inline_loop_hangs()
    {
        string[] table = await CompareAsync("hang", "--workers", "1", "--timeout", "200ms");

        Assert.Matches(@"hung .* in time .* in time .* in time", Row(table, "end"));
        Assert.Matches(@"\b0\b.*\b[1-9]\d*\b.*\b0\b", Row(table, "threads hanging"));
        Assert.Matches(@"\b1\b.*\b[1-9]\d*\b.*\b[1-9]\d*\b", Row(table, "calls lost"));
    }

    [Fact(Timeout = Limit, Explicit = true)]
    public async Task Inline_the_loop_is_late_and_elsewhere_it_is_not()
    {
        string[] table = await fetches.Table;

        Assert.Matches(@"\d+\.\d s .* \d+(\.\d)? ms .* \d+(\.\d)? ms", Row(table, "lag max"));
        string[] chart = table[^4..];
        Assert.Contains("▇", chart[0], StringComparison.Ordinal);
        Assert.StartsWith("inline ", chart[0], StringComparison.Ordinal);
        Assert.StartsWith("thread ", chart[1], StringComparison.Ordinal);
        Assert.StartsWith("process ", chart[2], StringComparison.Ordinal);
        Assert.StartsWith("process x2 ", chart[3], StringComparison.Ordinal);
        Assert.DoesNotContain("▇", chart[2] + chart[3], StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit, Explicit = true)]
    public async Task The_page_needs_nothing_from_elsewhere()
    {
        await fetches.Table;

        string page = await File.ReadAllTextAsync(fetches.Report, TestContext.Current.CancellationToken);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(Elsewhere().Matches(page));
    }

    [Fact(Timeout = Limit, Explicit = true)]
    public async Task A_browser_shows_the_page_with_its_charts_on_a_phone_and_has_nothing_to_complain_about()
    {
        string? chromium = Browser.Find();
        Assert.SkipWhen(chromium is null, "There is no Chromium here to show the page.");
        await fetches.Table;

        await using Browser browser = await Browser.OpenAsync(chromium, new Uri(fetches.Report), width: 360);

        Assert.Equal(2, await browser.CountAsync("svg"));
        Assert.Equal(8, await browser.CountAsync("svg polyline"));
        // A line that is there may still be empty.
        Assert.Equal(
            0, await browser.EvaluateAsync("[...document.querySelectorAll('polyline')].filter(line => line.points.length < 3).length"));
        Assert.True(await browser.CountAsync("tbody tr") >= 12);
        Assert.Equal(360, await browser.EvaluateAsync("document.documentElement.scrollWidth"));
        Assert.Empty(browser.Complaints);
    }

    [Fact(Timeout = Limit)]
    public async Task A_signal_ends_it_and_leaves_nothing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals to send.");
        await using CliProcess process = CliProcess.Start("compare", "--work", "cpu");
        while (process.Descendants().Length < 1)
            await Task.Delay(10, TestContext.Current.CancellationToken); // a child's start raises no event here

        process.Signal(CliProcess.Interrupt);

        Assert.Equal(130, (await process.FinishAsync(s_limit)).ExitCode);
    }

    private static async Task<string[]> CompareAsync(string work, params string[] options)
    {
        await using CliProcess process = CliProcess.Start(["compare", "--work", work, "--duration", "3s", .. options]);
        CliResult result = await process.FinishAsync(s_limit);
        Assert.True(result.ExitCode == 0, result.ToString());
        return result.Out;
    }

    [GeneratedRegex("(src|href)=\"(?!data:)|url\\(|@import", RegexOptions.IgnoreCase)]
    private static partial Regex Elsewhere();

    private static string Row(string[] table, string name) =>
        Assert.Single(table, line => line.Contains($" {name} ", StringComparison.Ordinal));

    /// <summary>One comparison of fetches, with its report.</summary>
    public sealed class Fetches : IDisposable
    {
        private readonly Lazy<Task<string[]>> _table;

        public Fetches() => _table = new(async () =>
        {
            await using CliProcess server = CliProcess.Start("serve", "--delay", "20ms");
            return await CompareAsync("http", "--report", Report, "--url", (await server.ReadLineAsync())!);
        });

        public string Report { get; } = Path.Combine(Path.GetTempPath(), $"offloop-{Guid.NewGuid():N}.html");

        public Task<string[]> Table => _table.Value;

        public void Dispose() => File.Delete(Report);
    }
}
