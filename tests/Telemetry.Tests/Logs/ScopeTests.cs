using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Offloop.Tests.Support;

namespace Offloop.Tests.Logs;

/// <summary>What a log line says it is about.</summary>
public sealed class ScopeTests
{
    [Theory(Timeout = Kinds.Patience)]
    [MemberData(nameof(Kinds.All), MemberType = typeof(Kinds))]
    public async Task A_line_of_a_task_has_its_executor_worker_task_and_trace(string kind)
    {
        using var log = new ScopedLines();
        using var traced = new Traced();
        using Activity request = Traced.Own.StartActivity("request")!;
        await using (Executor executor = Kinds.Make(kind, "logged", log))
            await executor.SubmitAsync(Say, "it runs", new SubmitOptions { Name = "the speaker" });

        (string category, _, Dictionary<string, object?> scope) = await log.LineAsync("it runs");
        Assert.Equal("Offloop.Tasks", category);
        Assert.Equal(
            ("logged", "the speaker", 1L, request.TraceId.ToHexString()),
            (scope["Executor"], scope["TaskName"], scope["TaskId"], scope["TraceId"]));
        Assert.Equal(kind != "inline", scope.ContainsKey("Worker"));
    }

    [Fact(Timeout = Kinds.Patience)]
    public async Task So_does_what_a_task_writes_to_its_standard_output()
    {
        using var log = new ScopedLines();
        await using (Executor executor = Kinds.Make("process", "logged", log))
            await executor.SubmitAsync(Kinds.Print, "printed", new SubmitOptions { Name = "the printer" });

        (string category, _, Dictionary<string, object?> scope) = await log.LineAsync("printed");
        Assert.Equal("Offloop.Tasks", category);
        Assert.Equal(("logged", 1, 1L), (scope["Executor"], scope["Worker"], scope["TaskId"]));
        Assert.False(scope.ContainsKey("TraceId"));
    }

    [Fact(Timeout = Kinds.Patience)]
    public async Task A_line_of_the_pool_has_its_name()
    {
        using var log = new ScopedLines();
        await using (Executor executor = Kinds.Make("process", "logged", log))
            await Assert.ThrowsAsync<WorkerLostException>(() => executor.SubmitAsync(Crashing.Exit, 7));

        (string category, _, Dictionary<string, object?> scope) = await log.LineAsync("ended unexpectedly");
        Assert.Equal("Offloop.ProcessPoolExecutor", category);
        Assert.Equal("logged", scope["Executor"]);
    }

    private static void Say(string text, TaskContext context) =>
        context.Logger.Log(LogLevel.Information, 0, text, null, static (text, _) => text);
}
