using System.Text.Json;
using System.Text.RegularExpressions;

namespace Offloop.Tests.Failures;

/// <summary>Exceptions as JSON, in the shape of docs/failure-json.md.</summary>
public sealed partial class FailureJsonTests(SharedProcessPool shared) : IClassFixture<SharedProcessPool>
{
    [Fact]
    public void Everything_that_is_known_is_there_and_nothing_else()
    {
        var failure = new TaskFailure
        {
            Cause = FailureCause.Crash,
            Phase = TaskPhase.Running,
            WorkerId = 3,
            ProcessId = 1234,
            ExitCode = 139,
            ProbableSignal = "SIGSEGV",
            Attempt = 2,
            Attempts = [TaskAttempt.From(new TaskFailure { Cause = FailureCause.Crash }, TimeSpan.FromSeconds(1.5))],
            ResidentBytes = 5,
            MemoryLimitBytes = 4,
            SharedWith = [new TaskNeighbour { TaskId = 7, Name = "other" }],
            EndedBy = 7,
            StandardErrorTail = "oh",
        };
        var error = new WorkerLostException("lost", failure, new OrderException("no stock", 42));
        error.Data["host"] = "db1";

        JsonElement json = JsonElement.Parse(FailureJson.Write(error));

        Assert.Equal(
            """
            {"cause":"Crash","phase":"Running","workerId":3,"processId":1234,"exitCode":139,"probableSignal":"SIGSEGV","attempt":2,
            "attempts":[{"attempt":1,"cause":"Crash","phase":"NotStarted","duration":"00:00:01.5000000"}],
            "residentBytes":5,"memoryLimitBytes":4,"sharedWith":[{"taskId":7,"name":"other"}],"endedBy":7,
            "standardErrorTail":"oh"}
            """.ReplaceLineEndings(""),
            json.GetProperty("failure").GetRawText());
        Assert.Equal("Offloop.WorkerLostException", json.GetProperty("type").GetString());
        Assert.Equal("db1", json.GetProperty("data").GetProperty("host").GetString());
        Assert.False(json.TryGetProperty("properties", out _)); // the facts stand apart
        JsonElement inner = Assert.Single(json.GetProperty("inner").EnumerateArray());
        Assert.Equal(42, inner.GetProperty("properties").GetProperty("Code").GetInt32());
        Assert.Equal("no stock", inner.GetProperty("message").GetString());
    }

    [Fact]
    public void The_example_of_the_page_is_what_is_written()
    {
        string page = File.ReadAllText(Path.Combine(Repository(), "docs", "failure-json.md")).ReplaceLineEndings("\n");
        string example = page.Split("```json\n")[1].Split("```")[0].ReplaceLineEndings("");
        var failure = new TaskFailure
        {
            Cause = FailureCause.Crash,
            Phase = TaskPhase.Running,
            WorkerId = 3,
            ProcessId = 1234,
            ExitCode = 139,
            ProbableSignal = "SIGSEGV",
        };

        Assert.Equal(example, FailureJson.Write(new WorkerLostException("The worker of the task has crashed.", failure)));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task An_exception_of_a_worker_is_told_as_it_was_there()
    {
        var remote = await Assert.ThrowsAsync<RemoteTaskException>(() => shared.Executor.SubmitAsync(Filtered.ThrowDecorating));

        JsonElement json = JsonElement.Parse(FailureJson.Write(remote));

        Assert.Equal(remote.RemoteTypeName, json.GetProperty("type").GetString());
        Assert.Contains(nameof(Filtered.ThrowDecorating), json.GetProperty("stackTrace").GetString(), StringComparison.Ordinal);
        Assert.False(json.TryGetProperty("failure", out _));
    }

    [Fact]
    public void Parts_that_are_left_out_are_counted()
    {
        var error = new AggregateException("many", Enumerable.Range(0, 100).Select(static i => new FormatException($"{i}")));
        JsonElement[] parts = [.. JsonElement.Parse(FailureJson.Write(error)).GetProperty("inner").EnumerateArray()];
        Assert.Equal(("(cut)", "and 70 more"), (parts[^1].GetProperty("type").GetString(), parts[^1].GetProperty("message").GetString()));
        Assert.Equal("0", parts[0].GetProperty("message").GetString());
    }

    [Fact]
    public void The_page_names_every_member_and_every_value()
    {
        string page = File.ReadAllText(Path.Combine(Repository(), "docs", "failure-json.md"));
        string[] members =
            [.. typeof(TaskFailure).GetProperties().Select(static property => JsonNamingPolicy.CamelCase.ConvertName(property.Name))];
        Assert.All(members, member => Assert.Contains($"`{member}`", page, StringComparison.Ordinal));
        string[] values = [.. Enum.GetNames<FailureCause>(), .. Enum.GetNames<TaskPhase>()];
        Assert.All(values, value => Assert.Contains($"`{value}`", page, StringComparison.Ordinal));
        string source = File.ReadAllText(Path.Combine(Repository(), "src", "Executors", "Payloads", "FailureJson.cs"));
        string[] written = [.. Names().Matches(source).Select(static match => match.Groups[1].Value)];
        Assert.Equal(9, written.Distinct().Count());
        Assert.All(written, name => Assert.Contains($"`{name}`", page, StringComparison.Ordinal));
    }

    private static string Repository() => RepositoryFile.Path();

    [GeneratedRegex("\"([a-zA-Z]+)\"u8")]
    private static partial Regex Names();
}
