using System.Diagnostics;
using System.Globalization;

namespace Offloop.Tests.Surroundings;

/// <summary>A task starts in clean surroundings with what can travel of its submitter's, and whatever it changes ends with it.</summary>
public abstract class SurroundingsContractTests(ExecutorKind kind, IExecutorSource? source = null) : ContractTests(kind, source)
{
    [Fact(Timeout = Waiting.Hang)]
    public async Task A_task_has_no_local_value_of_its_submitter_or_of_who_made_the_executor()
    {
        Surrounded.Local.Value = "of the maker";
        await using Executor executor = Create(new ExecutorSetup());
        Surrounded.Local.Value = "of the submitter";
        Assert.Null((await executor.SubmitAsync(Surrounded.Look)).Local);
        Assert.Null(Assert.Single(await executor.MapAsync(static (int _) => Surrounded.Look(), [1]).ToListAsync()).Local);
        Assert.Equal([null, "item 0"], await executor.StreamAsync(Surrounded.Count, 2).ToListAsync());
        Assert.Equal("of the submitter", Surrounded.Local.Value);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task Nothing_that_a_task_changes_reaches_the_next_one_or_its_caller()
    {
        Surrounded.Local.Value = null;
        await using Executor executor = Create(new ExecutorSetup());
        Found before = await executor.SubmitAsync(Surrounded.Look);
        (string number, string? name) = await executor.SubmitAsync(Surrounded.Write);
        (CultureInfo culture, ThreadPriority priority) = (CultureInfo.CurrentCulture, Thread.CurrentThread.Priority);
        await executor.SubmitAsync(Surrounded.Change);
        if (IsInline)
        {
            Assert.Equal((culture, priority), (CultureInfo.CurrentCulture, Thread.CurrentThread.Priority));
            Assert.Null(Activity.Current);
            Assert.Null(Surrounded.Local.Value);
        }
        Assert.Equivalent(before, await executor.SubmitAsync(Surrounded.Look), strict: true);
        Assert.Equal((number, name), await executor.SubmitAsync(Surrounded.Write));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_synchronization_context_that_a_task_leaves_hangs_no_later_await()
    {
        await using Executor executor = Create(new ExecutorSetup());
        await executor.SubmitAsync(Surrounded.Change);
        Assert.Equal(1, await executor.SubmitAsync(Surrounded.AwaitAsync));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_stream_finds_its_changes_of_the_thread_at_its_next_step_and_its_consumer_does_not()
    {
        await using Executor executor = Create(new ExecutorSetup());
        List<(ThreadPriority Priority, string? Name)> found = [];
        await foreach (var step in executor.StreamAsync(Surrounded.ChangeThread, 0))
        {
            found.Add(step);
            Assert.NotEqual(step, (Thread.CurrentThread.Priority, Thread.CurrentThread.Name));
        }
        Assert.Equal([(ThreadPriority.BelowNormal, "renamed"), (ThreadPriority.BelowNormal, "renamed")], found);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_task_gets_the_trace_context_of_its_submitter_with_state_and_baggage()
    {
        await using Executor executor = Create(new ExecutorSetup());
        using Activity activity = new Activity("request").SetParentId("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        activity.TraceStateString = "vendor=value";
        activity.AddBaggage("first", "1").AddBaggage("second", "ü, 2").Start();
        Found task = await executor.SubmitAsync(Surrounded.Look);
        Found item = Assert.Single(await executor.MapAsync(static (int _) => Surrounded.Look(), [1]).ToListAsync());
        Found streamed = Assert.Single(await executor.StreamAsync(
            static (int _) => Enumerable.Repeat(0, 1).Select(static _ => Surrounded.Look()), 1).ToListAsync());
        foreach (Found found in (Found[])[task, item, streamed])
        {
            Assert.Equal((activity.Id, "vendor=value"), (found.Parent, found.State));
            Assert.Equal(["second=ü, 2", "first=1"], found.Baggage);
        }
        activity.Stop();
        Assert.Null((await executor.SubmitAsync(Surrounded.Look)).Parent);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_culture_that_was_customised_is_refused_at_submit_with_the_part_that_was_changed()
    {
        await using Executor executor = Create(new ExecutorSetup());
        CultureInfo culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        CultureInfo.CurrentCulture = culture;
        Assert.NotNull(await executor.SubmitAsync(Surrounded.Look)); // a copy that is as it was
        culture.NumberFormat.NumberDecimalSeparator = ",";
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => executor.SubmitAsync(Surrounded.Look));
        Assert.Contains(nameof(NumberFormatInfo.NumberDecimalSeparator), error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => executor.MapAsync(static (int value) => value, [1]).ToListAsync().AsTask());
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => executor.StreamAsync(Surrounded.Count, 1).ToListAsync().AsTask());
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_stream_keeps_what_it_sets_between_its_items_and_its_consumer_sees_nothing_of_it()
    {
        await using Executor executor = Create(new ExecutorSetup());
        Surrounded.Local.Value = "of the consumer";
        List<string?> items = [];
        await foreach (string? item in executor.StreamAsync(Surrounded.Count, 3))
        {
            items.Add(item);
            Assert.Equal("of the consumer", Surrounded.Local.Value);
        }
        Assert.Equal([null, "item 0", "item 1"], items);
    }
}
