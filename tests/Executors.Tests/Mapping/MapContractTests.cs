namespace Offloop.Tests.Mapping;

/// <summary>The results of a map, their order, and how far the map reads its source.</summary>
public abstract partial class MapContractTests(ExecutorKind kind, IExecutorSource? source = null) : ContractTests(kind, source)
{
    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "D30")]
    public async Task Results_come_in_the_order_of_the_source() =>
        Assert.Equal(
            Enumerable.Range(0, 1_000).Select(Basics.Square),
            await SharedExecutor.MapAsync(Basics.Square, Enumerable.Range(0, 1_000)).ToListAsync());

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "D30")]
    public async Task Every_form_of_a_map_yields_its_results()
    {
        int[] source = [3, 1, 2];
        IAsyncEnumerable<int> later = source.ToAsyncEnumerable();
        int[] wanted = [4, 2, 3];
        Executor executor = SharedExecutor;

        await YieldsAsync(executor.MapAsync(Forms.ResultOf, source));
        await YieldsAsync(executor.MapAsync(Forms.ResultOfAsync, source));
        await YieldsAsync(executor.MapAsync(Forms.ResultOfContext, source));
        await YieldsAsync(executor.MapAsync(Forms.ResultOfContextAsync, source));
        await YieldsAsync(executor.MapAsync(Forms.ResultOf, later));
        await YieldsAsync(executor.MapAsync(Forms.ResultOfAsync, later));
        await YieldsAsync(executor.MapAsync(Forms.ResultOfContext, later));
        await YieldsAsync(executor.MapAsync(Forms.ResultOfContextAsync, later));

        async Task YieldsAsync(TaskMap<int> map)
        {
            Assert.Equal(wanted, await map.ToArrayAsync());
            Assert.Equal(wanted, await map.Outcomes.Select(static outcome => outcome.Result).ToArrayAsync());
        }
    }

    [Theory(Timeout = Waiting.Hang)]
    [Trait("Conformance", "D31")]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    [InlineData(1_000)]
    [InlineData(null)]
    public async Task The_chunk_size_changes_no_result(int? chunkSize)
    {
        var options = new MapOptions { ChunkSize = chunkSize };
        Assert.Equal(
            Enumerable.Range(0, 100).Select(Basics.Square),
            await SharedExecutor.MapAsync(Basics.Square, Enumerable.Range(0, 100), options).ToListAsync());
        options = options with { Ordered = false };
        Assert.Equal(
            Enumerable.Range(0, 100).Select(Basics.Square),
            await SharedExecutor.MapAsync(Basics.Square, Enumerable.Range(0, 100), options).Order().ToListAsync());
    }

    [Theory(Timeout = Waiting.Hang)]
    [Trait("Conformance", "D36")]
    [InlineData(1, true)]
    [InlineData(1, false)]
    [InlineData(5, true)]
    [InlineData(5, false)]
    [InlineData(null, true)]
    public async Task An_infinite_source_is_read_no_further_than_the_buffer_ahead_of_the_consumer(int? buffer, bool ordered)
    {
        int ahead = buffer ?? 2 * 256; // the default for two workers
        TestSource<int> source = TestSource.Numbers();
        int taken = 0;
        var options = new MapOptions { BufferSize = buffer, Ordered = ordered };
        await foreach (int result in SharedExecutor.MapAsync(Basics.Square, (IEnumerable<int>)source, options))
        {
            Assert.InRange(source.ReadCount, taken + 1, taken + ahead);
            if (++taken == 400)
                break;
        }
        Assert.InRange(source.ReadCount, taken, taken - 1 + ahead);
        Assert.Equal(1, source.ClosedCount);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "D37")]
    public async Task An_empty_source_yields_nothing()
    {
        Assert.Empty(await SharedExecutor.MapAsync(Basics.Square, Array.Empty<int>()).ToListAsync());
        Assert.Empty(await SharedExecutor.MapAsync(Basics.Square, AsyncEnumerable.Empty<int>()).ToListAsync());
        Assert.Empty(await SharedExecutor.MapAsync(Basics.Square, Array.Empty<int>()).Outcomes.ToListAsync());
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task Nothing_happens_before_the_enumeration_and_each_one_runs_everything_again()
    {
        TestSource<int> source = TestSource.Numbers(3);
        TaskMap<int> map = SharedExecutor.MapAsync(Basics.Square, (IEnumerable<int>)source);
        IAsyncEnumerable<int> outcomes = map.Outcomes.Select(static outcome => outcome.Result);
        Assert.Equal(0, source.ReadCount);
        Assert.Equal([0, 1, 4], await map.ToListAsync());
        Assert.Equal([0, 1, 4], await outcomes.ToListAsync());
        Assert.Equal([0, 1, 4], await map.ToListAsync());
        Assert.Equal([0, 1, 4], await outcomes.ToListAsync());
        Assert.Equal((12, 4), (source.ReadCount, source.ClosedCount));
    }

    [Theory(Timeout = Waiting.Hang)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_source_is_read_in_the_context_of_the_consumer(bool isAsync)
    {
        using var loop = new SingleThreadLoop();
        TestSource<int> source = TestSource.Numbers(500);
        await loop.RunAsync(async () =>
        {
            TaskMap<int> map = isAsync
                ? SharedExecutor.MapAsync(Basics.Square, (IAsyncEnumerable<int>)source, new MapOptions { BufferSize = 3 })
                : SharedExecutor.MapAsync(Basics.Square, (IEnumerable<int>)source, new MapOptions { BufferSize = 3 });
            await foreach (int result in map)
                Assert.Equal(loop.ThreadId, Environment.CurrentManagedThreadId);
        });
        Assert.Equal([loop.ThreadId], source.Threads);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_result_comes_while_an_asynchronous_source_has_no_next_item()
    {
        var next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var source = new TestSource<int>(static index => index + 2, 2)
        {
            BeforeAsync = (index, _) => index == 0 ? Task.CompletedTask : next.Task,
        };
        await using IAsyncEnumerator<int> map = SharedExecutor.MapAsync(Basics.Square, (IAsyncEnumerable<int>)source).GetAsyncEnumerator();
        Assert.True(await map.MoveNextAsync());
        Assert.Equal(4, map.Current);
        ValueTask<bool> moved = map.MoveNextAsync();
        Assert.False(moved.IsCompleted);
        next.SetResult();
        Assert.True(await moved);
        Assert.Equal(9, map.Current);
        Assert.False(await map.MoveNextAsync());
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task Each_item_is_a_task_of_its_own()
    {
        await using Executor executor = Create(new ExecutorSetup());
        List<long> ids = await executor.MapAsync(Mapped.TaskId, Enumerable.Range(0, 50)).ToListAsync();
        Assert.Equal(50, ids.Distinct().Count());
        await Waiting.UntilAsync(() => executor.GetSnapshot().Succeeded == 50, "every item is counted");
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "A8")]
    public async Task A_map_runs_inside_a_continuation_and_inside_another_map()
    {
        await using Executor executor = Create(new ExecutorSetup());
        List<int> inside = await await executor.SubmitAsync(Basics.Square, 2).ContinueWith(
            async four => await executor.MapAsync(Basics.Square, Enumerable.Range(0, await four)).ToListAsync(),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        Assert.Equal([0, 1, 4, 9], inside);

        int sum = 0;
        await foreach (int outer in executor.MapAsync(Basics.Square, Enumerable.Range(0, 20)))
        {
            await foreach (int inner in executor.MapAsync(Basics.Square, Enumerable.Range(0, 20)))
                sum += outer * inner;
        }
        Assert.Equal(2470 * 2470, sum);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "D43")]
    [Trait("Conformance", "C28")]
    public async Task What_was_yielded_is_not_held()
    {
        List<WeakReference> arguments = [];
        List<WeakReference> results = [];
        var source = new TestSource<Holder>(index => Remember(new Holder { Number = index }, arguments), 400);
        TaskMap<Holder> map = SharedExecutor.MapAsync(
            static (Holder holder) => new Holder { Number = holder.Number + 1 },
            (IEnumerable<Holder>)source,
            new MapOptions { BufferSize = 10 });
        await foreach (Holder result in map)
        {
            Remember(result, results);
            if (result.Number < 400)
                continue;
            // The tasks that waited when the last result came are long done, but a few are still in the hands of threads that ran them.
            await UntilIdleAsync(SharedExecutor);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            Assert.InRange(results.Count(static reference => reference.IsAlive), 0, 20);
            Assert.InRange(arguments.Count(static reference => reference.IsAlive), 0, 20);
        }
        Assert.Equal(400, results.Count);

        static Holder Remember(Holder holder, List<WeakReference> references)
        {
            references.Add(new WeakReference(holder));
            return holder;
        }
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task Items_report_their_progress()
    {
        int count = 0;
        var item = new SubmitOptions { Progress = TaskProgress.Create((int _) => Interlocked.Increment(ref count)) };
        int sum = await SharedExecutor.MapAsync(Reports.CountTo, Enumerable.Repeat(1, 10), new MapOptions { Item = item }).SumAsync();
        Assert.Equal(10, sum);
        Assert.Equal(10, count);
    }
}
