using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Offloop.SampleTasks;
using Offloop.Telemetry;
using Offloop.Tests;
using Offloop.Tests.Support;

namespace Offloop.Dashboard.Recording;

/// <summary>What is kept of executors that hide, close or go.</summary>
public sealed class ExecutorRecordsTests
{
    [Fact(Timeout = Waiting.Hang)]
    public async Task One_that_is_not_to_be_shown_is_left_out_everywhere()
    {
        await using var hidden = new ThreadPoolExecutor(new ThreadPoolOptions { Name = "hidden", IsShown = false });
        await using DashboardApp app = await DashboardApp.StartAsync();
        await using var later = new ThreadPoolExecutor(new ThreadPoolOptions { Name = "hidden later", IsShown = false });
        await using var seen = new ThreadPoolExecutor(new ThreadPoolOptions { Name = "seen" });

        Assert.NotNull(await app.FindAsync("seen"));
        Assert.DoesNotContain("hidden", await app.Client.GetStringAsync("/offloop/api"), StringComparison.Ordinal);
        Assert.False(hidden.Events.HearsFailures);
        Assert.False(later.Events.HearsFailures);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task One_that_is_closed_goes_and_stays_for_a_while_if_it_had_failures()
    {
        await using DashboardApp app = await DashboardApp.StartAsync();
        var well = new ThreadPoolExecutor(new ThreadPoolOptions { Name = "well" });
        var unwell = new ThreadPoolExecutor(new ThreadPoolOptions { Name = "unwell" });
        await well.SubmitAsync(static () => 1);
        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => unwell.SubmitAsync(Fail));
        Assert.NotNull(await app.FindAsync("well"));

        await well.DisposeAsync();
        await unwell.DisposeAsync();

        using PageStream page = await app.OpenAsync();
        await page.UntilAsync("unwell", static executor => executor.GetProperty("state").GetString() == "closed");
        Assert.Null(await app.FindAsync("well"));
        var closed = (await app.FindAsync("unwell"))!.Value;
        Assert.Equal(1, closed.GetProperty("failed").GetInt32());
        Assert.Equal("no summer", closed.GetProperty("failures")[0].GetProperty("message").GetString());
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_hundred_failures_are_kept_whoever_looks()
    {
        await using var threads = new ThreadPoolExecutor(new ThreadPoolOptions { Name = "often", MaxWorkers = 1 });
        await using DashboardApp app = await DashboardApp.StartAsync();
        for (int i = 0; i < 103; i++)
            await Assert.ThrowsAsync<InvalidTimeZoneException>(() => threads.SubmitAsync(Fail));

        using PageStream page = await app.OpenAsync();
        await page.UntilAsync("often", static executor => executor.GetProperty("failed").GetInt32() == 103);
        var failures = (await app.FindAsync("often"))!.Value.GetProperty("failures");

        Assert.Equal(ExecutorRecord.MaxFailures, failures.GetArrayLength());
        Assert.Equal(103, failures[0].GetProperty("number").GetInt32());
        Assert.Contains(nameof(Fail), failures[0].GetProperty("stack").GetString(), StringComparison.Ordinal);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task Refusals_push_out_no_failure()
    {
        await using var threads = new ThreadPoolExecutor(
            new ThreadPoolOptions { Name = "full", MaxWorkers = 1, QueueCapacity = 1, QueueFullMode = QueueFullMode.Reject });
        await using DashboardApp app = await DashboardApp.StartAsync();
        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => threads.SubmitAsync(Fail));
        await using var meeting = new MeetingPoint();
        Task<int> busy = threads.SubmitAsync(Rendezvous.Wait, meeting.For());
        Visitor visitor = await meeting.NextAsync();
        Task<int> queued = threads.SubmitAsync(static () => 1);

        for (int i = 0; i < ExecutorRecord.MaxFailures + 1; i++)
            await Assert.ThrowsAsync<QueueFullException>(() => threads.SubmitAsync(static () => 1));

        visitor.LetGo();
        await Task.WhenAll(busy, queued);
        JsonElement[] failures = [.. (await app.FindAsync("full"))!.Value.GetProperty("failures").EnumerateArray()];
        Assert.Equal(["queueFull", "taskException"], failures.Select(static failure => failure.GetProperty("cause").GetString()));
        Assert.Equal([101, 1], failures.Select(static failure => failure.GetProperty("count").GetInt32()));
    }

    /// <summary>Short tasks travel ahead, so a worker that dies has many that had not begun.</summary>
    [Fact]
    public async Task A_task_that_had_not_begun_when_its_worker_died_and_runs_again_is_no_failure()
    {
        await using var threads = new ThreadPoolExecutor(new ThreadPoolOptions { Name = "struck" });
        var record = new ExecutorRecord(1, ObservedExecutors.All.Single(one => one.Events == threads.Events), new FailureVersion());

        record.Hear(Lost(TaskPhase.NotStarted));
        Assert.False(record.HasFailures);
        record.Hear(Lost(TaskPhase.Running));
        Assert.True(record.HasFailures);

        static TaskFailed Lost(TaskPhase phase) => new(
            new TaskFacts(1, "lost", 1), Kind: null, Exception: null, new TaskFailure { Cause = FailureCause.Crash, Phase = phase }, "");
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task One_that_nobody_has_any_more_is_collected_and_goes()
    {
        await using DashboardApp app = await DashboardApp.StartAsync();
        using PageStream page = await app.OpenAsync();
        WeakReference forgotten = Forget();
        await page.UntilAsync("forgotten", static _ => true);

        await Waiting.UntilAsync(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return !forgotten.IsAlive;
            },
            "the executor is collected");

        while (DashboardApp.In((await page.NextAsync("numbers"))!.Value, "forgotten") is not null)
            GC.Collect(); // what stands for it goes with it
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task An_application_that_has_stopped_hears_nothing_any_more()
    {
        await using var threads = new ThreadPoolExecutor(new ThreadPoolOptions { Name = "left" });
        DashboardApp app = await DashboardApp.StartAsync();
        Assert.True(threads.Events.HearsFailures);

        await app.DisposeAsync();

        Assert.False(threads.Events.HearsFailures);
        await using var later = new ThreadPoolExecutor();
        Assert.False(later.Events.HearsFailures);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task An_application_that_was_disposed_without_a_start_is_forgotten()
    {
        await using var threads = new ThreadPoolExecutor(new ThreadPoolOptions { Name = "unstarted" });
        await MapAndLeaveAsync();
        Assert.True(threads.Events.HearsFailures);

        await Waiting.UntilAsync(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return !threads.Events.HearsFailures;
            },
            "nobody hears of failures any more");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task MapAndLeaveAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore();
        await using WebApplication app = builder.Build();
        app.MapOffloopDashboard();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Forget() => new(new InlineExecutor(new InlineOptions { Name = "forgotten" }));

    private static void Fail() => throw new InvalidTimeZoneException("no summer");
}
