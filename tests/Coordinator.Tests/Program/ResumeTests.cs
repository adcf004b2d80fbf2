using System.Diagnostics;
using System.Text.Json;

namespace Offloop.Tests.Program;

/// <summary>A map that ends before its input, and goes on.</summary>
public sealed class ResumeTests : IDisposable
{
    private const int Limit = 120_000;

    /// <summary>Where nothing depends on the executor, the one that starts at once.</summary>
    private const string Threads = "--executor=thread";
    private static readonly string s_tasks = Cli.Tasks("SampleTasks");
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("offloop-map-").FullName;

    private string Input => Path.Combine(_folder, "input.txt");

    private string Output => Path.Combine(_folder, "output.jsonl");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact(Timeout = Limit)]
    public async Task Killed_twice_each_of_a_thousand_fetches_is_there_once()
    {
        await using CliProcess server = CliProcess.Start("serve", "--delay", "1ms", "--size", "100");
        string url = (await server.ReadLineAsync())!;
        await WriteInputAsync(1000, number => $"{url}?{number}");

        for (int kills = 0; kills < 2; kills++)
        {
            await using CliProcess process = CliProcess.Start(Map("http-get"));
            long before = LengthOfOutput();
            await UntilAsync(() => LengthOfOutput() > before + 5000);
            process.KillAlone();
            await process.AssertNothingIsLeftAsync();
        }
        int done = (await ReadOutputAsync()).Length;
        await using CliProcess last = CliProcess.Start(Map("http-get"));
        CliResult result = await last.FinishAsync(s_limit);

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.InRange(done, 2, 999);
        Assert.StartsWith($"lines: 1000 read = {1000 - done} ok, 0 failed, {done} skipped; ", result.Error[^1], StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(0, 1000), (await ReadOutputAsync()).Order());
        server.Signal(CliProcess.Terminate);
    }

    [Theory(Timeout = Limit)]
    [InlineData(CliProcess.Interrupt)]
    [InlineData(CliProcess.Terminate)]
    public async Task Interrupted_it_tells_how_to_go_on_and_does(int signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals to send.");
        await WriteInputAsync(100, _ => "20");
        await using CliProcess process = CliProcess.Start(Map($"{s_tasks}:SampleTasks.Echo.Wait", "--workers", "1"));
        await UntilAsync(() => LengthOfOutput() > 0);

        process.Signal(signal);
        CliResult interrupted = await process.FinishAsync(s_limit);
        int done = (await ReadOutputAsync()).Length;
        CliResult resumed = await Cli.RunAsync(Map($"{s_tasks}:SampleTasks.Echo.Wait", "--workers", "2"));

        Assert.True(interrupted.ExitCode == 130, interrupted.ToString());
        Assert.Equal("coordinator: the same command with --resume goes on.", interrupted.Error[^1]);
        Assert.Matches($"^lines: \\d+ read = {done} ok, 0 failed, 0 skipped, \\d+ not finished; ", interrupted.Error[^2]);
        Assert.True(resumed.ExitCode == 0, resumed.ToString());
        Assert.Equal(Enumerable.Range(0, 100), (await ReadOutputAsync()).Order());
    }

    [Fact(Timeout = Limit)]
    public async Task A_torn_last_line_is_dropped_and_done_again()
    {
        await WriteInputAsync(3, number => $"{number}");
        await Cli.RunAsync(Map($"{s_tasks}:SampleTasks.Echo.Line", Threads));
        byte[] whole = await File.ReadAllBytesAsync(Output, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(Output, whole[..^10], TestContext.Current.CancellationToken);

        CliResult result = await Cli.RunAsync(Map($"{s_tasks}:SampleTasks.Echo.Line", Threads));

        Assert.StartsWith("lines: 3 read = 1 ok, 0 failed, 2 skipped; ", result.Error[^1], StringComparison.Ordinal);
        Assert.Equal([0, 1, 2], (await ReadOutputAsync()).Order());
    }

    [Fact(Timeout = Limit)]
    public async Task An_input_that_has_grown_goes_on_and_another_one_is_refused()
    {
        await WriteInputAsync(5, number => $"{number}");
        await Cli.RunAsync(Map($"{s_tasks}:SampleTasks.Echo.Line", Threads));
        await WriteInputAsync(7, number => $"{number}");
        CliResult grown = await Cli.RunAsync(Map($"{s_tasks}:SampleTasks.Echo.Line", Threads));
        await WriteInputAsync(7, number => $"{number + number / 3}");
        CliResult other = await Cli.RunAsync(Map($"{s_tasks}:SampleTasks.Echo.Line", Threads));
        await WriteInputAsync(4, number => $"{number}");
        CliResult shorter = await Cli.RunAsync(Map($"{s_tasks}:SampleTasks.Echo.Line", Threads));

        Assert.StartsWith("lines: 7 read = 2 ok, 0 failed, 5 skipped; ", grown.Error[^1], StringComparison.Ordinal);
        AssertRefused(other, "the first 7 lines of the input are not those that it has results of");
        AssertRefused(shorter, "the first 7 lines of the input are not those that it has results of");
        Assert.Equal(Enumerable.Range(0, 7), (await ReadOutputAsync()).Order());
    }

    [Fact(Timeout = Limit)]
    public async Task Stdin_is_known_by_what_was_read_of_it()
    {
        string[] map = ["map", $"{s_tasks}:SampleTasks.Echo.Line", "--output", Output, "--resume", Threads];
        await Cli.RunWithInputAsync("a\nb\n", map);
        CliResult more = await Cli.RunWithInputAsync("a\nb\nc\n", map);
        CliResult other = await Cli.RunWithInputAsync("a\nx\nc\n", map);

        Assert.StartsWith("lines: 3 read = 1 ok, 0 failed, 2 skipped; ", more.Error[^1], StringComparison.Ordinal);
        AssertRefused(other, "the first 3 lines of the input are not those that it has results of");
    }

    [Fact(Timeout = Limit)]
    public async Task Another_task_or_another_reading_of_lines_is_refused_by_name()
    {
        await WriteInputAsync(2, number => $"{number}");
        await Cli.RunAsync(Map($"{s_tasks}:SampleTasks.Echo.Number"));

        CliResult other = await Cli.RunAsync(Map($"{s_tasks}:SampleTasks.Echo.Wait"));
        File.Delete(Output);
        File.Delete($"{Output}.resume");
        await Cli.RunAsync(Map($"{s_tasks}:SampleTasks.Echo.Line", Threads));
        CliResult json = await Cli.RunAsync(Map($"{s_tasks}:SampleTasks.Echo.Line", Threads, "--input-format", "json"));

        AssertRefused(
            other,
            "SampleTasks.dll:SampleTasks.Echo.Number(System.Int32), and this one is SampleTasks.dll:SampleTasks.Echo.Wait(System.Int32)");
        AssertRefused(json, "has results of lines as text");
    }

    [Fact(Timeout = Limit)]
    public async Task An_output_with_content_is_not_written_to_without_resume_and_nothing_foreign_with_it()
    {
        await WriteInputAsync(2, number => $"{number}");
        await File.WriteAllTextAsync(Output, "{\"mine\":1}\n", TestContext.Current.CancellationToken);

        CliResult again = await Cli.RunAsync([.. Map($"{s_tasks}:SampleTasks.Echo.Line", Threads).Where(word => word != "--resume")]);
        CliResult foreign = await Cli.RunAsync(Map($"{s_tasks}:SampleTasks.Echo.Line", Threads));
        const string Mine = "{\"index\":0,\"ok\":true,\"result\":\"0\"}\n";
        await File.WriteAllTextAsync(Output, Mine, TestContext.Current.CancellationToken);
        CliResult orphan = await Cli.RunAsync(Map($"{s_tasks}:SampleTasks.Echo.Line", Threads));

        AssertRefused(again, "it has content already; expected --resume to go on with it");
        AssertRefused(foreign, "its line 1 is no result of map");
        AssertRefused(orphan, "it is missing, so nobody knows which task and input");
        Assert.Equal(Mine, await File.ReadAllTextAsync(Output, TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = Limit)]
    public async Task A_second_run_does_not_write_to_the_same_output()
    {
        await WriteInputAsync(50, _ => "100");
        await using CliProcess first = CliProcess.Start(Map($"{s_tasks}:SampleTasks.Echo.Wait", "--workers", "1"));
        await UntilAsync(() => LengthOfOutput() > 0);

        CliResult second = await Cli.RunAsync(Map($"{s_tasks}:SampleTasks.Echo.Wait", "--workers", "1"));

        AssertRefused(second, "expected a file that can be written and that no other run writes to");
    }

    [Fact(Timeout = Limit)]
    public async Task A_disk_that_is_full_leaves_whole_lines_and_a_run_that_goes_on()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The limit of a file's size stands for a full disk.");
        await WriteInputAsync(3000, number => $"{number}");
        string words = string.Join(' ', Map($"{s_tasks}:SampleTasks.Echo.Line", Threads).Select(word => $"'{word}'"));
        // The runtime would keep its code in a file that is too long itself.
        string command = $"trap '' XFSZ; ulimit -f 256; export DOTNET_EnableWriteXorExecute=0; exec '{Cli.Path}' {words}";
        var start = new ProcessStartInfo("sh", ["-c", command]) { RedirectStandardError = true };

        using var process = Process.Start(start)!;
        string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        int done = (await ReadOutputAsync()).Length;
        CliResult result = await Cli.RunAsync(Map($"{s_tasks}:SampleTasks.Echo.Line", Threads));

        Assert.True(process.ExitCode == 1, error);
        Assert.Contains($"coordinator: {Output} cannot be written: ", error, StringComparison.Ordinal);
        Assert.InRange(done, 1, 2999);
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal(Enumerable.Range(0, 3000), (await ReadOutputAsync()).Order());
    }

    [Fact(Timeout = Limit)]
    public async Task Without_a_worker_it_ends_and_blames_no_line()
    {
        await WriteInputAsync(10, number => $"{number}");
        string program = Directory.CreateDirectory(Path.Combine(_folder, "program")).FullName;
        foreach (string file in Directory.EnumerateFiles(Path.GetDirectoryName(Cli.Path)!))
            File.Copy(file, Path.Combine(program, Path.GetFileName(file)));
        File.Delete(Path.Combine(program, "Offloop.WorkerHost.dll"));

        string[] map = Map($"{s_tasks}:SampleTasks.Echo.Line", "--workers", "1");
        var start = new ProcessStartInfo(Path.Combine(program, Path.GetFileName(Cli.Path)), map) { RedirectStandardError = true };
        using var process = Process.Start(start)!;
        string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(process.ExitCode == 1, error);
        Assert.StartsWith(
            "coordinator: A process pool cannot be started here: it needs Offloop.WorkerHost.dll", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.Empty(await ReadOutputAsync());
    }

    private static void AssertRefused(CliResult result, string reason)
    {
        Assert.True(result.ExitCode == 2, result.ToString());
        Assert.Contains(reason, Assert.Single(result.Error), StringComparison.Ordinal);
    }

    /// <summary>A file raises no event that tells its length.</summary>
    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
            await Task.Delay(10, TestContext.Current.CancellationToken);
    }

    private string[] Map(string task, params string[] options) =>
        ["map", task, "--input", Input, "--output", Output, "--resume", .. options];

    private Task WriteInputAsync(int count, Func<int, string> line) =>
        File.WriteAllLinesAsync(Input, Enumerable.Range(0, count).Select(line), TestContext.Current.CancellationToken);

    private long LengthOfOutput() => File.Exists(Output) ? new FileInfo(Output).Length : 0;

    /// <summary>The index of each line, all of which must be whole.</summary>
    private async Task<int[]> ReadOutputAsync()
    {
        string text = await File.ReadAllTextAsync(Output, TestContext.Current.CancellationToken);
        Assert.True(text.Length == 0 || text[^1] == '\n');
        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Select(line => JsonElement.Parse(line).GetProperty("index").GetInt32())];
    }
}
