using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Offloop.SampleTasks;
using Offloop.Tests;
using Offloop.Tests.Support;

namespace Offloop.Dashboard.Documents;

/// <summary>docs/dashboard.md has a row for each member of the document, with its type, and no other.</summary>
public sealed partial class DocumentTests
{
    [Fact(Timeout = Waiting.Hang)]
    public async Task The_document_is_as_the_page_specifies_it()
    {
        await using DashboardApp app = await DashboardApp.StartAsync(new DashboardOptions { Actions = DashboardActions.All });
        await using var meeting = new MeetingPoint();
        await using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { Name = "specified", MaxWorkers = 1 });
        using PageStream page = await app.OpenAsync();
        await page.UntilAsync("specified", static _ => true); // from now on tasks are heard of
        await pool.SubmitAsync(Basics.Square, 3);
        await Assert.ThrowsAsync<WorkerLostException>(() => pool.SubmitAsync(Crashing.ComplainAndExit, ("out of paper", 9)));
        Task<int> waiting = pool.SubmitAsync(Rendezvous.Wait, meeting.For(), new SubmitOptions { Name = "waiting" });
        Visitor visitor = await meeting.NextAsync();
        await page.UntilAsync("specified", static executor =>
            executor.GetProperty("live").GetProperty("throughput").GetArrayLength() > 1
            && executor.GetProperty("workers")[0].GetProperty("tasks").GetArrayLength() > 0);

        // The document may be the last one that was made: from before the task began, on a busy machine.
        JsonElement document = await app.DocumentAsync();
        while (!document.GetRawText().Contains("\"waiting\"", StringComparison.Ordinal))
            document = await app.DocumentAsync();
        Dictionary<string, HashSet<string>> found = [];
        Walk(document, "", found);
        visitor.LetGo();
        await waiting;

        Dictionary<string, string> rows = Row()
            .Matches(File.ReadAllText(RepositoryFile.Path("docs", "dashboard.md")).Split("## The document")[1])
            .ToDictionary(static row => row.Groups[1].Value, static row => row.Groups[2].Value);
        foreach ((string path, HashSet<string> types) in found)
        {
            Assert.True(rows.TryGetValue(path, out string? type), $"{path} has no row.");
            Assert.All(types, one => Assert.Contains(one, type!.Split(" or ", 2), StringComparer.Ordinal));
        }
        Assert.All(rows.Keys, path => Assert.True(found.ContainsKey(path), $"{path} is not in the document."));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task Numbers_and_percentiles_change_while_a_page_is_open()
    {
        await using DashboardApp app = await DashboardApp.StartAsync();
        await using var threads = new ThreadPoolExecutor(new ThreadPoolOptions { Name = "live", MaxWorkers = 1 });
        using PageStream page = await app.OpenAsync();
        await page.UntilAsync("live", static executor => executor.GetProperty("live").GetProperty("run").ValueKind == JsonValueKind.Null);

        for (int i = 0; i < 20; i++)
            await threads.SubmitAsync(static () => Thread.Sleep(3));

        JsonElement after = await page.UntilAsync("live", static executor => executor.GetProperty("live").GetProperty("run") is
        {
            ValueKind: JsonValueKind.Object,
        } run && run.GetProperty("count").GetInt32() == 20);
        Assert.Equal(20, after.GetProperty("succeeded").GetInt32());
        Assert.True(after.GetProperty("live").GetProperty("run").GetProperty("p50Ms").GetDouble() >= 2.9);
        Assert.Equal(20, after.GetProperty("live").GetProperty("wait").GetProperty("count").GetInt32());
        await page.UntilAsync(
            "live", static executor => executor.GetProperty("live").GetProperty("throughput").EnumerateArray().Any(
                static value => value.GetDouble() > 0));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_killed_worker_appears_with_the_reason_and_so_does_the_task_that_it_had()
    {
        await using DashboardApp app = await DashboardApp.StartAsync();
        await using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { Name = "struck", MaxWorkers = 1 });
        int process = await pool.SubmitAsync(Basics.ProcessId);
        using PageStream page = await app.OpenAsync();
        await page.UntilAsync("struck", executor => executor.GetProperty("workers").EnumerateArray().Any(
            worker => worker.GetProperty("processId") is { ValueKind: JsonValueKind.Number } id && id.GetInt32() == process));

        await Assert.ThrowsAsync<WorkerLostException>(() => pool.SubmitAsync(Crashing.ComplainAndExit, ("no ink", 9)));

        JsonElement after = await page.UntilAsync("struck", static executor => executor.GetProperty("workerEnds").GetArrayLength() > 0);
        JsonElement end = after.GetProperty("workerEnds")[0];
        Assert.Equal(("crashed", process), (end.GetProperty("kind").GetString(), end.GetProperty("processId").GetInt32()));
        Assert.Contains("exit code 9", end.GetProperty("reason").GetString(), StringComparison.Ordinal);
        JsonElement failure = (await app.FindAsync("struck"))!.Value.GetProperty("failures")[0];
        Assert.Equal(
            ("exit", "running", "lost", 9),
            (failure.GetProperty("cause").GetString(), failure.GetProperty("phase").GetString(),
                failure.GetProperty("outcome").GetString(), failure.GetProperty("exitCode").GetInt32()));
        Assert.Equal("no ink", failure.GetProperty("standardErrorTail").GetString()!.Trim());
    }

    private static void Walk(JsonElement value, string path, Dictionary<string, HashSet<string>> found)
    {
        string type = value.ValueKind switch
        {
            JsonValueKind.Object => "object",
            JsonValueKind.Array => "list",
            JsonValueKind.Null => "null",
            JsonValueKind.Number => "number",
            JsonValueKind.True or JsonValueKind.False => "true", // of "true or false"
            _ => Time().IsMatch(value.GetString()!) && DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, out _)
                ? "time"
                : "text",
        };
        bool isParent = path.Length == 0 || path is "process" || path.EndsWith("[]", StringComparison.Ordinal);
        if (!(isParent && type == "object"))
            (found.TryGetValue(path, out HashSet<string>? types) ? types : found[path] = []).Add(type);
        if (type == "object")
        {
            foreach (JsonProperty member in value.EnumerateObject())
                Walk(member.Value, path.Length == 0 ? member.Name : $"{path}.{member.Name}", found);
        }
        else if (type == "list")
        {
            foreach (JsonElement item in value.EnumerateArray())
                Walk(item, path + "[]", found);
        }
    }

    [GeneratedRegex(@"^\| `([\w.\[\]]+)` \| ([a-z ]+) \| ", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT")]
    private static partial Regex Time();
}
