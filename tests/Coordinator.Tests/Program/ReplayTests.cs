using System.Text.Json.Nodes;

namespace Offloop.Tests.Program;

/// <summary><c>replay</c>, from a user's view, of runs of this very program.</summary>
public sealed class ReplayTests : IDisposable
{
    private const int Limit = 120_000;
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("offloop-replay-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory(Timeout = Limit)]
    [InlineData("process")]
    [InlineData("inline")]
    public async Task A_failure_happens_again_and_is_gone_when_its_reason_is(string executor)
    {
        string present = Path.Combine(_directory.FullName, "present");
        string file = await RecordAsync(pool => pool.SubmitAsync(RecordedWork.Divide, new Division(6, present)));

        CliResult failed = await Cli.RunAsync("replay", file, "--executor", executor);
        await File.WriteAllTextAsync(present, "", TestContext.Current.CancellationToken);
        CliResult returned = await Cli.RunAsync("replay", file, "--executor", executor);

        Assert.True(failed.ExitCode == 3, failed.ToString());
        Assert.Empty(failed.Out);
        string frame = $"{nameof(RecordedWork)}.{nameof(RecordedWork.Divide)}(";
        Assert.Contains(failed.Error, line => line.Contains(frame, StringComparison.Ordinal));
        Assert.StartsWith(
            "coordinator: the same failure as recorded: System.DivideByZeroException: ", failed.Error[^1], StringComparison.Ordinal);
        Assert.True(returned.ExitCode == 0, returned.ToString());
        Assert.Equal(["6"], returned.Out);
        Assert.StartsWith("coordinator: the task returned; recorded was ", returned.Error[^1], StringComparison.Ordinal);
    }

    [Theory(Timeout = Limit)]
    [InlineData("process")]
    [InlineData("inline")]
    public async Task A_stream_has_its_variables_directory_and_culture_and_gives_its_items(string executor)
    {
        string file = await RecordAsync(async pool =>
        {
            await foreach (string _ in pool.StreamAsync(RecordedWork.Count, 2))
                continue;
        });

        JsonNode record = JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!;
        record["culture"] = "de-DE"; // this program has the invariant one only
        await File.WriteAllTextAsync(file, record.ToJsonString(), TestContext.Current.CancellationToken);

        CliResult result = await Cli.RunAsync("replay", file, "--executor", executor);

        Assert.True(result.ExitCode == 3, result.ToString());
        bool isUnknown = Array.Exists(result.Error, static line => line.Contains("de-DE is not known here", StringComparison.Ordinal));
        string around = $"night {_directory.Name} {(isUnknown ? "" : "de-DE")}";
        Assert.Equal([$"\"0 {around}\"", $"\"1 {around}\""], result.Out);
        Assert.Equal("coordinator: the same failure as recorded: System.IO.InvalidDataException: torn.", result.Error[^1]);
    }

    [Fact(Timeout = Limit)]
    public async Task A_worker_that_ended_ends_again_and_inline_that_is_the_end_of_the_program()
    {
        string file = await RecordAsync(pool => pool.SubmitAsync(RecordedWork.Exit, 7));

        CliResult process = await Cli.RunAsync("replay", file);
        CliResult inline = await Cli.RunAsync("replay", file, "--executor", "inline");
        JsonNode record = JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!;
        record["failure"]!["failure"] = "***";
        await File.WriteAllTextAsync(file, record.ToJsonString(), TestContext.Current.CancellationToken);
        CliResult redacted = await Cli.RunAsync("replay", file);

        Assert.True(process.ExitCode == 3, process.ToString());
        Assert.Equal(
            "coordinator: the same failure as recorded: Offloop.WorkerLostException (Exit, exit code 7).", process.Error[^1]);
        Assert.True(inline.ExitCode == 7, inline.ToString());
        Assert.True(redacted.ExitCode == 3, redacted.ToString());
        Assert.EndsWith("recorded was a failure that the file does not tell.", redacted.Error[^1], StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task What_cannot_run_again_is_told_in_one_sentence()
    {
        string file = await RecordAsync(pool => pool.SubmitAsync(RecordedWork.Exit, 7));
        JsonNode record = JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!;

        await AssertRefusedAsync("{}", "this is no recorded run");
        await AssertRefusedAsync(
            With("format", 2), "it has format 2, and this program reads format 1; expected the coordinator of version ");
        await AssertRefusedAsync(
            """{"format":2}""", "it has format 2, and this program reads format 1; expected the coordinator of the version that wrote it");
        await AssertRefusedAsync(
            With("environment", new JsonObject { ["A=B"] = "1" }), "this is no recorded run (environment has a variable 'A=B', but ");
        await AssertRefusedAsync(
            With("argument", new JsonObject { ["form"] = "base64", ["value"] = "***" }), "its argument is no Base64 text; expected one");
        await AssertRefusedAsync(
            WithIn("limits", "cancellationGrace", "-00:00:01"), "this is no recorded run (CancellationGrace is ");
        await AssertRefusedAsync(WithIn("method", "assembly", "Shop, Version=x"), "this is no recorded run (");
        await AssertRefusedAsync(
            With("argument", new JsonObject { ["form"] = "json", ["missing"] = "It was too large." }),
            "it has no argument, so the task cannot run again: It was too large.");
        string gone = Path.Combine(_directory.FullName, "gone.dll");
        await AssertRefusedAsync(
            record.ToJsonString(), "there is no such file; expected --assembly with the application's assembly", "--assembly", gone);

        string WithIn(string name, string member, string value)
        {
            JsonNode changed = record[name]!.DeepClone();
            changed[member] = value;
            return With(name, changed);
        }

        async Task AssertRefusedAsync(string content, string sentence, params string[] options)
        {
            string other = Path.Combine(_directory.FullName, "other.json");
            await File.WriteAllTextAsync(other, content, TestContext.Current.CancellationToken);
            CliResult result = await Cli.RunAsync(["replay", other, .. options]);
            Assert.True(result.ExitCode == 2, result.ToString());
            Assert.Contains(sentence, Assert.Single(result.Error), StringComparison.Ordinal);
        }

        string With(string name, JsonNode value)
        {
            JsonNode changed = record.DeepClone();
            changed[name] = value;
            return changed.ToJsonString();
        }
    }

    /// <summary>Runs a task that fails, and returns the file that it leaves.</summary>
    private async Task<string> RecordAsync(Func<Executor, Task> run)
    {
        string files = Path.Combine(_directory.FullName, "failures");
        await using (var pool = new ProcessPoolExecutor(new ProcessPoolOptions
        {
            MaxWorkers = 1,
            StartTimeout = TimeSpan.FromSeconds(40),
            RecordFailures = new FailureRecording(files),
            WorkingDirectory = _directory.FullName,
            Environment = new Dictionary<string, string?> { ["OFFLOOP_TEST_MODE"] = "night" },
        }))
        {
            await Assert.ThrowsAnyAsync<Exception>(() => run(pool));
        }
        return Assert.Single(Directory.GetFiles(files));
    }
}
