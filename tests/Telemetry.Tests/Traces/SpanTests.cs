using System.Diagnostics;
using Offloop.Tests.Support;

namespace Offloop.Tests.Traces;

/// <summary>The spans of tasks, on every kind of executor.</summary>
public sealed class SpanTests
{
    private const string Name = "traced";

    [Theory(Timeout = Kinds.Patience)]
    [MemberData(nameof(Kinds.All), MemberType = typeof(Kinds))]
    public async Task A_task_has_the_span_of_its_caller_and_its_run_has_a_child_of_that(string kind)
    {
        using var traced = new Traced();
        await using Executor executor = Kinds.Make(kind, Name);
        using Activity request = Traced.Own.StartActivity("request")!;
        request.AddBaggage("tenant", "seven");

        string[] inside = await executor.SubmitAsync(Look, "", new SubmitOptions { Name = "page 17" });

        Assert.Same(request, Activity.Current);
        Activity submit = await traced.SpanAsync("submit Offloop.Tests.Traces.SpanTests.Look");
        Assert.Equal(request.SpanId, submit.ParentSpanId);
        Assert.Equal((ActivityKind.Producer, ActivityStatusCode.Unset), (submit.Kind, submit.Status));
        Assert.Equal(Name, submit.GetTagItem("offloop.executor.name"));
        Assert.Equal("page 17", submit.GetTagItem("offloop.task.name"));
        Assert.Equal("succeeded", submit.GetTagItem("offloop.task.outcome"));
        ActivityEvent started = Assert.Single(submit.Events);
        Assert.Equal("started", started.Name);
        Assert.InRange(started.Timestamp.UtcDateTime, submit.StartTimeUtc.AddMilliseconds(-20), submit.StartTimeUtc + submit.Duration);
        Assert.Equal([request.TraceId.ToHexString(), submit.SpanId.ToHexString(), "seven"], inside);
        if (kind == "process")
            return; // the span of the run is in the other process
        Activity run = await traced.SpanAsync("run Offloop.Tests.Traces.SpanTests.Look");
        Assert.Equal((submit.SpanId, ActivityKind.Consumer), (run.ParentSpanId, run.Kind));
    }

    [Theory(Timeout = Kinds.Patience)]
    [MemberData(nameof(Kinds.All), MemberType = typeof(Kinds))]
    public async Task A_failure_is_the_status_of_both(string kind)
    {
        using var traced = new Traced();
        await using Executor executor = Kinds.Make(kind, Name);

        await Assert.ThrowsAsync<InvalidOperationException>(() => executor.SubmitAsync(Fail, 1));

        await AssertFailedAsync("submit Offloop.Tests.Traces.SpanTests.Fail");
        if (kind != "process")
            await AssertFailedAsync("run Offloop.Tests.Traces.SpanTests.Fail");

        async Task AssertFailedAsync(string name)
        {
            Activity span = await traced.SpanAsync(name);
            Assert.Equal((ActivityStatusCode.Error, "it fails as it should"), (span.Status, span.StatusDescription));
            Assert.Equal("System.InvalidOperationException", span.GetTagItem("error.type"));
        }
    }

    /// <summary>A message is code of the user, which may throw.</summary>
    [Theory(Timeout = Kinds.Patience)]
    [MemberData(nameof(Kinds.All), MemberType = typeof(Kinds))]
    public async Task An_exception_whose_message_cannot_be_read_ends_its_spans_too(string kind)
    {
        using var traced = new Traced();
        await using Executor executor = Kinds.Make(kind, Name);

        Task task = executor.SubmitAsync(Throwing.WithUnreadableMessage);
        // The test framework's own assertion would read the message.
        await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

        Assert.True(task.IsFaulted);
        Activity submit = await traced.SpanAsync("submit Offloop.SampleTasks.Throwing.WithUnreadableMessage");
        Assert.Equal((ActivityStatusCode.Error, "failed"), (submit.Status, submit.GetTagItem("offloop.task.outcome")));
    }

    [Fact(Timeout = Kinds.Patience)]
    public async Task The_caller_s_span_tells_of_a_crash_a_retry_and_a_kill_and_that_spans_are_lost()
    {
        using var traced = new Traced();
        await using Executor executor = Kinds.Make("process", Name);

        Assert.Equal(2, await executor.SubmitAsync(Crashing.SucceedAtAttempt, 2, new SubmitOptions { CrashRetries = 1 }));
        var limit = new SubmitOptions { Timeout = TimeSpan.FromMilliseconds(50) };
        await Assert.ThrowsAsync<TaskTimeoutException>(() => executor.SubmitAsync(Kinds.Sleep, -1, limit));

        Activity retried = await traced.SpanAsync("submit Offloop.SampleTasks.Crashing.SucceedAtAttempt");
        Assert.Equal(["started", "retried", "started"], retried.Events.Select(static happened => happened.Name));
        Assert.Equal((2, true), (retried.GetTagItem("offloop.task.attempt"), retried.GetTagItem("offloop.task.spans_lost")));
        Activity killed = await traced.SpanAsync("submit Offloop.Tests.Support.Kinds.Sleep");
        Assert.Equal(["started", "end requested", "end forced"], killed.Events.Select(static happened => happened.Name));
        Assert.Equal(("timed_out", true), (killed.GetTagItem("offloop.task.outcome"), killed.GetTagItem("offloop.task.spans_lost")));
        Assert.Equal("Offloop.TaskTimeoutException", killed.GetTagItem("error.type"));
        Assert.True(killed.Duration >= TimeSpan.FromMilliseconds(50), $"{killed.Duration}");
    }

    [Theory(Timeout = Kinds.Patience)]
    [MemberData(nameof(Kinds.All), MemberType = typeof(Kinds))]
    public async Task Each_item_of_a_map_and_each_stream_has_its_own(string kind)
    {
        using var traced = new Traced();
        await using Executor executor = Kinds.Make(kind, Name);
        using Activity request = Traced.Own.StartActivity("request")!;

        await foreach (int item in executor.StreamAsync(Streams.CountTo, 3))
            Assert.Same(request, Activity.Current);
        int[] squares = await executor.MapAsync(Twice, [1]).ToArrayAsync(TestContext.Current.CancellationToken);

        Assert.Equal([2], squares);
        Assert.Same(request, Activity.Current);
        Assert.Equal(request.SpanId, (await traced.SpanAsync("submit Offloop.SampleTasks.Streams.CountTo")).ParentSpanId);
        Assert.Equal(request.SpanId, (await traced.SpanAsync("submit Offloop.Tests.Traces.SpanTests.Twice")).ParentSpanId);
        if (kind != "process")
            _ = await traced.SpanAsync("run Offloop.SampleTasks.Streams.CountTo");
    }

    private static string[] Look(string ignored) =>
    [
        Activity.Current!.TraceId.ToHexString(),
        (Activity.Current.ParentSpanId == default ? Activity.Current.SpanId : Activity.Current.ParentSpanId).ToHexString(),
        Activity.Current.GetBaggageItem("tenant") ?? "",
    ];

    private static int Twice(int value) => 2 * value;

    private static int Fail(int ignored) => throw new InvalidOperationException("it fails as it should");
}
