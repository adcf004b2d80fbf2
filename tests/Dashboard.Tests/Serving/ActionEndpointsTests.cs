using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Offloop.SampleTasks;
using Offloop.Tests;
using Offloop.Tests.Support;

namespace Offloop.Dashboard.Serving;

public sealed class ActionEndpointsTests
{
    private static readonly DashboardOptions s_all = new() { Actions = DashboardActions.All };

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_worker_is_replaced_and_the_log_says_who_did_it()
    {
        await using DashboardApp app = await DashboardApp.StartAsync(s_all, static all => all.RequireAuthorization("operators"));
        app.Client.DefaultRequestHeaders.Add(TestUsers.Header, "Olga");
        await using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { Name = "replaced", MaxWorkers = 1 });
        int before = await pool.SubmitAsync(Basics.ProcessId);
        int worker = pool.GetSnapshot().Workers.Single(worker => worker.ProcessId == before).Id;

        (int status, string body) = await app.ActAsync(
            "recycle", $$"""{"executor": {{await IdOfAsync(app, "replaced")}}, "worker": {{worker}}}""", await app.TokenAsync());

        Assert.Equal(202, status);
        Assert.Contains($"Worker {worker} ends when another one is ready", body, StringComparison.Ordinal);
        await Waiting.UntilGoneAsync(before);
        Assert.NotEqual(before, await pool.SubmitAsync(Basics.ProcessId));
        await app.Log.LineAsync("Information: Dashboard: recycle of executor", $"worker {worker}", "by Olga (127.0.0.1): 202");
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_task_is_ended_and_its_caller_is_told_that_it_was_by_hand()
    {
        await using DashboardApp app = await DashboardApp.StartAsync(s_all);
        await using var meeting = new MeetingPoint();
        await using var pool = new ProcessPoolExecutor(
            new ProcessPoolOptions { Name = "ended", MaxWorkers = 1, CancellationGrace = TimeSpan.Zero });
        Task<int> task = pool.SubmitAsync(Rendezvous.Wait, meeting.For());
        Visitor visitor = await meeting.NextAsync();
        long id = pool.GetSnapshot().Workers.SelectMany(static worker => worker.Tasks).Single().Id;
        string request = $$"""{"executor": {{await IdOfAsync(app, "ended")}}, "task": {{id}}}""";
        string token = await app.TokenAsync();

        Assert.Equal(202, (await app.ActAsync("end-task", request, token)).Status);

        var error = await Assert.ThrowsAsync<ExecutorException>(() => task);
        Assert.Contains("was ended by hand", error.Message, StringComparison.Ordinal);
        await Waiting.UntilGoneAsync(visitor.ProcessId);
        (int status, string body) = await app.ActAsync("end-task", request, token);
        Assert.Equal(409, status);
        Assert.Contains($"No worker has a task {id}", body, StringComparison.Ordinal);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task In_production_nothing_is_done_without_a_policy()
    {
        await using DashboardApp app = await DashboardApp.StartAsync(s_all, environment: "Production");
        await using var threads = new ThreadPoolExecutor(new ThreadPoolOptions { Name = "productive" });

        (int status, string body) = await app.ActAsync(
            "drain", $$"""{"executor": {{await IdOfAsync(app, "productive")}}}""", await app.TokenAsync());

        Assert.Equal(403, status);
        Assert.Contains("in the environment Development alone", body, StringComparison.Ordinal);
        Assert.Equal(1, await threads.SubmitAsync(static () => 1));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task An_executor_is_drained_its_task_ends_and_it_is_closed()
    {
        await using DashboardApp app = await DashboardApp.StartAsync(s_all);
        await using var meeting = new MeetingPoint();
        await using var threads = new ThreadPoolExecutor(new ThreadPoolOptions { Name = "drained" });
        Task<int> task = threads.SubmitAsync(Rendezvous.Wait, meeting.For());
        Visitor visitor = await meeting.NextAsync();
        string request = $$"""{"executor": {{await IdOfAsync(app, "drained")}}}""";
        string token = await app.TokenAsync();

        Assert.Equal(202, (await app.ActAsync("drain", request, token)).Status);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => threads.SubmitAsync(static () => 1));
        visitor.LetGo();

        Assert.Equal(Environment.ProcessId, await task);
        await threads.ShutdownAsync();
        await Waiting.UntilAsync(
            () => app.ActAsync("drain", request, token).GetAwaiter().GetResult() is (404, var body)
                && body.Contains("it was closed, or never was", StringComparison.Ordinal),
            "the executor is gone from the dashboard");
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task Without_the_page_s_token_nothing_is_done()
    {
        await using DashboardApp app = await DashboardApp.StartAsync(s_all);
        await using var threads = new ThreadPoolExecutor(new ThreadPoolOptions { Name = "safe" });
        string request = $$"""{"executor": {{await IdOfAsync(app, "safe")}}}""";

        foreach (string? token in new[] { null, "", new string('0', 64) })
        {
            (int status, string body) = await app.ActAsync("drain", request, token);
            Assert.Equal(403, status);
            Assert.Contains("reload the page", body, StringComparison.Ordinal);
        }
        string right = await app.TokenAsync();
        foreach ((string, string) header in new[] { ("Sec-Fetch-Site", "cross-site"), ("Origin", "https://evil.example") })
            Assert.Equal(403, (await app.ActAsync("drain", request, right, header)).Status);
        Assert.Equal(403, (await app.ActAsync("drain", request, right, (DashboardApp.From, "203.0.113.7"))).Status);
        await using (DashboardApp other = await DashboardApp.StartAsync(s_all))
            Assert.Equal(403, (await app.ActAsync("drain", request, await other.TokenAsync())).Status);

        Assert.Equal(ExecutorState.Open, threads.GetSnapshot().State);
    }

    [Theory(Timeout = Waiting.Hang)]
    [InlineData(DashboardActions.None)]
    [InlineData(DashboardActions.Recycle)]
    [InlineData(DashboardActions.EndTask)]
    public async Task What_is_not_turned_on_is_not_there(DashboardActions actions)
    {
        await using DashboardApp app = await DashboardApp.StartAsync(new DashboardOptions { Actions = actions });
        string token = await app.TokenAsync();

        string[] there = [.. (await app.DocumentAsync()).GetProperty("actions").EnumerateArray().Select(static name => name.GetString()!)];

        Assert.Equal(actions == DashboardActions.None ? 0 : 1, there.Length);
        foreach (string action in new[] { "recycle", "end-task", "drain" })
            Assert.Equal(there.Contains(action) ? 400 : 404, (await app.ActAsync(action, "{}", token)).Status);
    }

    [Theory(Timeout = Waiting.Hang)]
    [InlineData("recycle", "", 400, "cannot be read")]
    [InlineData("recycle", "null", 400, "cannot be read")]
    [InlineData("recycle", """{"executor": "all"}""", 400, "cannot be read")]
    [InlineData("recycle", """{"executor": 99999, "worker": 1}""", 404, "There is no executor 99999")]
    [InlineData("recycle", """{"executor": 0}""", 400, "The worker is missing")]
    [InlineData("end-task", """{"executor": 0}""", 400, "The task is missing")]
    [InlineData("recycle", """{"executor": 0, "worker": 77}""", 409, "77")]
    [InlineData("recycle", """{"executor": -1, "worker": 1}""", 409, "Only the workers of a process pool can be replaced")]
    public async Task A_request_that_cannot_be_met_gets_a_sentence(string action, string body, int status, string words)
    {
        await using DashboardApp app = await DashboardApp.StartAsync(s_all);
        await using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { Name = "asked", MaxWorkers = 1 });
        await using var threads = new ThreadPoolExecutor(new ThreadPoolOptions { Name = "asked too" });
        string request = body
            .Replace("""{"executor": 0""", $$"""{"executor": {{await IdOfAsync(app, "asked")}}""", StringComparison.Ordinal)
            .Replace("""{"executor": -1""", $$"""{"executor": {{await IdOfAsync(app, "asked too")}}""", StringComparison.Ordinal);

        (int told, string answer) = await app.ActAsync(action, request, await app.TokenAsync());

        Assert.True(told == status, $"{told}: {answer}");
        Assert.Contains(words, answer, StringComparison.Ordinal);
        Assert.Equal(400, (await app.ActAsync(action, new string(' ', 2000) + request, await app.TokenAsync())).Status);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task An_action_that_fails_later_is_told_by_the_log()
    {
        await using DashboardApp app = await DashboardApp.StartAsync(s_all);
        await using var meeting = new MeetingPoint();
        await using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { Name = "too late", MaxWorkers = 1 });
        Task<int> task = pool.SubmitAsync(Rendezvous.Wait, meeting.For());
        Visitor visitor = await meeting.NextAsync();
        int worker = pool.GetSnapshot().Workers.First(worker => worker.ProcessId == visitor.ProcessId).Id;

        (int status, _) = await app.ActAsync(
            "recycle", $$"""{"executor": {{await IdOfAsync(app, "too late")}}, "worker": {{worker}}}""", await app.TokenAsync());
        Assert.Equal(202, status);
        await pool.ShutdownAsync(ShutdownMode.Kill);

        await Assert.ThrowsAsync<WorkerLostException>(() => task);
        await app.Log.LineAsync("Warning: Dashboard: recycle of executor", "has failed");
    }

    [Fact]
    public void A_flag_that_is_not_defined_is_refused()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new DashboardOptions { Actions = (DashboardActions)8 });

        Assert.Contains("expected None, or any of Recycle, EndTask and Drain", error.Message, StringComparison.Ordinal);
    }

    private static async Task<string> IdOfAsync(DashboardApp app, string name) =>
        (await app.FindAsync(name))!.Value.GetProperty("id").GetInt32().ToString(CultureInfo.InvariantCulture);
}
