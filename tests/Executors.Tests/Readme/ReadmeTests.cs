namespace Offloop.Tests.Readme;

/// <summary>The README's examples. They stand here to the letter, are compiled, and run.</summary>
public sealed class ReadmeTests
{
    [Fact(Timeout = Waiting.Hang)]
    public async Task The_promise_at_the_top()
    {
        await using var pool = new ProcessPoolExecutor();
        string page = await pool.SubmitAsync(static (string url) => SlowLibrary.Download(url), "https://example.com/");

        Assert.Equal("the page of https://example.com/", page);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task Submitting_with_a_time_limit()
    {
        await using var pool = new ProcessPoolExecutor();

        var options = new SubmitOptions { Timeout = TimeSpan.FromSeconds(5) };
        string text = await pool.SubmitAsync(Samples.Fetch, "page 1", options);

        Assert.Equal("text of page 1", text);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task Catching_a_timeout()
    {
        await using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { CancellationGrace = TimeSpan.Zero });

        try
        {
            await pool.SubmitAsync(Samples.Hang, new SubmitOptions { Timeout = TimeSpan.FromMilliseconds(200) });
        }
        catch (TaskTimeoutException error)
        {
            Console.Error.WriteLine($"{error.Message} ({error.Failure.Cause}, process {error.Failure.ProcessId})");
        }

        Assert.Equal(1, pool.GetSnapshot().TimedOut);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task Cancelling()
    {
        await using var pool = new ProcessPoolExecutor();

        using var cancellation = new CancellationTokenSource();
        Task<int> task = pool.SubmitAsync(Samples.CountUntilCancelled, 1, cancellationToken: cancellation.Token);
        cancellation.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task Mapping()
    {
        await using var pool = new ProcessPoolExecutor();

        await foreach (string page in pool.MapAsync(Samples.Fetch, Samples.Urls()))
            Console.WriteLine(page);

        await foreach (TaskOutcome<string> outcome in pool.MapAsync(Samples.Fetch, Samples.Urls()).Outcomes)
            Console.WriteLine(outcome.IsSuccess ? outcome.Result : outcome.Exception!.Message);

        Assert.Equal(6, pool.GetSnapshot().Succeeded);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task Streaming_and_progress()
    {
        await using var pool = new ProcessPoolExecutor();

        await foreach (int number in pool.StreamAsync(Samples.Numbers, 3))
            Console.WriteLine(number);

        var progress = TaskProgress.Create<double>(share => Console.WriteLine($"{share:P0}"));
        await pool.SubmitAsync(Samples.Steps, 4, new SubmitOptions { Progress = progress });

        Assert.Equal(2, pool.GetSnapshot().Succeeded);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task Watching_the_state() // docs/operations.md
    {
        await using var pool = new ProcessPoolExecutor();
        var closed = new TaskCompletionSource();

        pool.StateChanged += (_, change) => Alert($"The pool is {change.State}. {change.Reason}");
        await pool.ShutdownAsync();

        await closed.Task;

        void Alert(string text)
        {
            if (text == "The pool is Closed. ")
                closed.SetResult();
        }
    }

    [Fact]
    public void Watching_a_loop() // docs/telemetry.md
    {
        using var monitor = new LoopMonitor(SynchronizationContext.Current);
        monitor.Blocked += (_, blocked) => Console.Error.WriteLine($"{blocked.Block.Lag}: {blocked.Block.TaskName}");

        Assert.True(monitor.MaxLag >= TimeSpan.Zero);
    }

    /// <summary>The block with a whole program is made into one and run, by Package.Tests.</summary>
    [Fact]
    public void Every_example_of_the_README_stands_here() => AssertStandIn(
        Programs(), 6, [.. Examples("README.md").Where(static block => !block.Contains("CreateBuilder", StringComparison.Ordinal))]);

    [Theory]
    [InlineData("hosting.md", 4)]
    [InlineData("telemetry.md", 3)]
    [InlineData("operations.md", 1)]
    public void Every_example_of_the_pages_stands_in_a_program(string page, int count) =>
        AssertStandIn(Programs(), count, Examples("docs", page));

    [Fact]
    public void Every_example_for_those_who_come_from_elsewhere_stands_in_its_tests() =>
        AssertStandIn(Read("tests", "Executors.Tests", "Readme", "ComingFromTests.cs"), 8, Examples("docs", "coming-from.md"));

    private static string Programs() => string.Concat(
        [
            Read("tests", "Executors.Tests", "Readme", "ReadmeTests.cs"),
            Read("tests", "Package.Tests", "Programs", "WebApi", "Program.cs"),
            .. Directory.GetFiles(RepositoryFile.Path("tests", "HostedApi"), "*.cs").Select(File.ReadAllText), // the parts about a host
        ]);

    private static void AssertStandIn(string code, int count, string[] examples)
    {
        Assert.Equal(count, examples.Length);
        Assert.All(examples, example => Assert.Contains(Flat(example), Flat(code), StringComparison.Ordinal));
    }

    private static string[] Examples(params string[] page) =>
        [.. Read(page).Split("```csharp\n").Skip(1).Select(rest => rest[..rest.IndexOf("```", StringComparison.Ordinal)])];

    private static string Read(params string[] path) => File.ReadAllText(RepositoryFile.Path(path));

    private static string Flat(string text) =>
        string.Join('\n', text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));
}
