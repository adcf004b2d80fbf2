using System.Collections.Concurrent;

namespace Offloop.Tests.Streaming;

/// <summary>A streaming task yields its items while it runs, in order, and no faster than they are taken.</summary>
public abstract partial class StreamContractTests(ExecutorKind kind, IExecutorSource? source = null) : ContractTests(kind, source)
{
    /// <summary>How many items a task may yield ahead of its consumer; the inline executor runs none ahead.</summary>
    private int Ahead => IsInline ? 0 : 16;

    [Fact(Timeout = Waiting.Hang)]
    public async Task Every_form_of_a_stream_yields_its_items_in_order()
    {
        IEnumerable<int> wanted = Enumerable.Range(0, 500);
        Assert.Equal(wanted, await SharedExecutor.StreamAsync(Streams.CountTo, 500).ToListAsync());
        Assert.Equal(wanted, await SharedExecutor.StreamAsync(Streams.CountToWithContext, 500).ToListAsync());
        Assert.Equal(wanted, await SharedExecutor.StreamAsync(Streams.CountToAsync, 500).ToListAsync());
        Assert.Equal(wanted, await SharedExecutor.StreamAsync(Streams.CountToWithContextAsync, 500).ToListAsync());
        Assert.Equal([1, 2, 3], await SharedExecutor.StreamAsync(static (int _) => new List<int> { 1, 2, 3 }, 0).ToListAsync());
        Assert.Empty(await SharedExecutor.StreamAsync(Streams.CountTo, 0).ToListAsync());
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task Items_come_while_the_task_runs()
    {
        await using var point = new MeetingPoint();
        await using Executor executor = Create(new ExecutorSetup());
        await using IAsyncEnumerator<int> items = executor.StreamAsync(Streams.Meet, point.For()).GetAsyncEnumerator();
        Assert.True(await items.MoveNextAsync());
        Assert.Equal(1, items.Current);
        Assert.Equal(1, executor.GetSnapshot().Running);

        Task<bool> moved = Elsewhere(() => items.MoveNextAsync().AsTask());
        Visitor visitor = await point.NextAsync();
        Assert.False(moved.IsCompleted);
        visitor.LetGo();
        Assert.True(await moved);
        Assert.Equal(2, items.Current);
        Assert.False(await items.MoveNextAsync());
        Assert.Equal((0, 1L), (executor.GetSnapshot().Running, executor.GetSnapshot().Succeeded));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_slow_consumer_slows_the_task()
    {
        await using var point = new MeetingPoint();
        int taken = 0;
        Visitor? visitor = null;
        int said = 0;
        await foreach (int item in SharedExecutor.StreamAsync(Streams.Say, point.For()))
        {
            Assert.Equal(taken++, item);
            visitor ??= await point.NextAsync();
            if (taken == 50)
                break;
            if (taken % 10 == 0)
                await HearUpToAsync(taken); // it goes on as far as it may
        }

        int all = said;
        for (string? line = await visitor!.HearAsync(); line != "closed"; line = await visitor.HearAsync())
            all++;
        Assert.InRange(all, taken, taken + Ahead + 1); // one more is made, and waits to be yielded

        async Task HearUpToAsync(int count)
        {
            for (; said < count; said++)
                Assert.Equal($"{said}", await visitor!.HearAsync());
        }
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task Large_and_small_items_arrive_whole_and_in_order()
    {
        int number = 0;
        await foreach (byte[] item in SharedExecutor.StreamAsync(Streams.SmallAndLarge, 60))
        {
            Assert.Equal(number % 2 == 0 ? 10 : 300_000, item.Length);
            Assert.Equal(-1, item.IndexOfAnyExcept((byte)number++));
        }
        Assert.Equal(60, number);
    }

    [Theory(Timeout = Waiting.Hang)]
    [InlineData(10)]
    [InlineData(100_000)]
    public async Task A_serialised_item_is_what_it_was_when_it_was_yielded(int length)
    {
        if (!RoundTrips)
        {
            List<byte[]> same = await SharedExecutor.StreamAsync(Streams.Blocks, (5, length)).ToListAsync();
            Assert.Single(same.Distinct());
            return;
        }
        List<byte[]> items = await SharedExecutor.StreamAsync(Streams.Blocks, (40, length)).ToListAsync();
        Assert.Equal(Enumerable.Range(0, 40).Select(number => (byte)number), items.Select(item => item[^1]));
        Assert.All(items, item => Assert.Equal(-1, item.IndexOfAnyExcept(item[0])));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task Nothing_happens_before_the_enumeration_and_each_one_runs_the_task_again()
    {
        await using Executor executor = Create(new ExecutorSetup());
        IAsyncEnumerable<int> items = executor.StreamAsync(Streams.CountTo, 3);
        Assert.Equal(0, executor.GetSnapshot().Succeeded);
        Assert.Equal([0, 1, 2], await items.ToListAsync());
        Assert.Equal([0, 1, 2], await items.ToListAsync());
        await Waiting.UntilAsync(() => executor.GetSnapshot().Succeeded == 2, "both are counted");
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "I103")]
    public async Task A_stream_reports_progress_too()
    {
        ConcurrentQueue<int> values = [];
        var options = new SubmitOptions { Progress = TaskProgress.Create<int>(values.Enqueue) };
        Assert.Equal(100, await SharedExecutor.StreamAsync(Streams.Report, 100, options).CountAsync());
        Assert.Equal(99, values.Last());
        Assert.Equal(values.Distinct().Order(), values);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "D43")]
    public async Task An_item_that_was_taken_is_not_held()
    {
        List<WeakReference> references = [];
        int alive = 0;
        await foreach (Holder item in SharedExecutor.StreamAsync(static (int count) => Streams.CountTo(count).Select(Mapped.Hold), 300))
        {
            references.Add(new WeakReference(item));
            if (item.Number != 299)
                continue;
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            alive = references.Count(static reference => reference.IsAlive);
        }
        Assert.InRange(alive, 0, 20);
    }

    [Fact]
    [Trait("Conformance", "A3")]
    [Trait("Conformance", "K116")]
    public void A_stream_that_cannot_run_is_refused_at_the_call()
    {
        int captured = 1;
        AssertRefused("captures", () => SharedExecutor.StreamAsync((int value) => Enumerable.Repeat(value, captured), 1));
        AssertRefused(
            "item type Offloop.SampleTasks.GetOnly",
            () => SharedExecutor.StreamAsync(static (int _) => new[] { new GetOnly() }, 1));
        AssertRefused("argument type", () => SharedExecutor.StreamAsync(static (GetOnly _) => Streams.CountTo(1), new GetOnly()));
        AssertRefused("Derived stands where", () => SharedExecutor.StreamAsync(static (Base _) => Streams.CountTo(1), new Derived()));
        ArgumentException retries = Refusal(() => SharedExecutor.StreamAsync(Streams.CountTo, 1, new SubmitOptions { CrashRetries = 1 }));
        Assert.Equal("options", retries.ParamName);
        Assert.Contains("CrashRetries is 1, but a stream cannot be run again", retries.Message, StringComparison.Ordinal);

        static void AssertRefused(string words, Func<object> stream) =>
            Assert.Contains(words, Refusal(stream).Message, StringComparison.Ordinal);

        static ArgumentException Refusal(Func<object> stream) => Assert.Throws<ArgumentException>(stream);
    }
}
