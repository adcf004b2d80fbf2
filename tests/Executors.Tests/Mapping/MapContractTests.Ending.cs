namespace Offloop.Tests.Mapping;

/// <content>Maps that end before their source does, and the rest of their items.</content>
public abstract partial class MapContractTests
{
    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "D32")]
    public async Task A_failing_item_throws_at_its_place_and_ends_the_map()
    {
        await using Executor executor = Create(new ExecutorSetup { Workers = 2 });
        TestSource<int> source = new(static index => 3 - index); // 60 / 3, 60 / 2, 60 / 1, 60 / 0
        List<int> results = [];
        await Assert.ThrowsAsync<DivideByZeroException>(async () =>
        {
            await foreach (int result in executor.MapAsync(Mapped.Divide, (IEnumerable<int>)source))
                results.Add(result);
        });
        Assert.Equal([20, 30, 60], results);
        Assert.Equal(1, source.ClosedCount);
        Assert.True(IsIdle(executor));
    }

    [Theory(Timeout = Waiting.Hang)]
    [Trait("Conformance", "D32")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_failing_item_is_an_outcome_and_the_map_goes_on(bool ordered)
    {
        TaskMap<int> map = SharedExecutor.MapAsync(Mapped.Divide, Enumerable.Range(-2, 5), new MapOptions { Ordered = ordered });
        List<TaskOutcome<int>> outcomes = await map.Outcomes.ToListAsync();
        Assert.Equal([0L, 1L, 2L, 3L, 4L], outcomes.Select(outcome => outcome.Index).Order());
        Assert.True(!ordered || outcomes.Select(outcome => outcome.Index).SequenceEqual([0, 1, 2, 3, 4]));
        foreach (TaskOutcome<int> outcome in outcomes)
        {
            Assert.Equal(outcome.Index != 2, outcome.IsSuccess);
            if (outcome.IsSuccess)
            {
                Assert.Null(outcome.Exception);
                Assert.Equal(60 / (outcome.Index - 2), outcome.Result);
                continue;
            }
            Assert.IsType<DivideByZeroException>(outcome.Exception);
            Assert.Same(outcome.Exception, Assert.Throws<DivideByZeroException>(() => outcome.Result));
        }
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "E49")]
    public async Task An_argument_that_cannot_be_sent_is_its_items_failure_alone()
    {
        Base[] source = [new Base { Number = 1 }, new Derived { Number = 2 }, new Base { Number = 3 }];
        List<TaskOutcome<int>> outcomes = await SharedExecutor.MapAsync(static (Base value) => value.Number, source).Outcomes.ToListAsync();
        Assert.Equal([true, false, true], outcomes.Select(outcome => outcome.IsSuccess));
        Assert.Contains("Derived stands where", Assert.IsType<ArgumentException>(outcomes[1].Exception).Message, StringComparison.Ordinal);
    }

    [Theory(Timeout = Waiting.Hang)]
    [Trait("Conformance", "D33")]
    [Trait("Conformance", "D41")]
    [InlineData(true, true, false)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    [InlineData(false, false, false)]
    [InlineData(true, true, true)]
    [InlineData(false, true, true)]
    public async Task Cancelling_ends_the_map_and_what_is_under_way(bool byParameter, bool ordered, bool outcomes)
    {
        await using var point = new MeetingPoint();
        await using Executor executor = Create(new ExecutorSetup { Clock = new ObservedClock() }); // the grace never ends
        using var cancellation = new CancellationTokenSource();
        TestSource<Meeting> source = new(_ => point.For());
        var options = new MapOptions { BufferSize = 3, Ordered = ordered };
        TaskMap<string> map = executor.MapAsync(
            Mapped.Meet, (IEnumerable<Meeting>)source, options, byParameter ? cancellation.Token : default);
        IAsyncEnumerable<object> results = outcomes ? map.Outcomes : map;
        Task consuming = Elsewhere(async () =>
        {
            await foreach (object result in results.WithCancellation(byParameter ? default : cancellation.Token))
                Assert.Fail("Nobody was let go.");
        });
        Visitor visitor = await point.NextAsync();

        await cancellation.CancelAsync();

        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => consuming);
        Assert.Equal(cancellation.Token, error.CancellationToken);
        Assert.Equal(1, source.ClosedCount);
        Assert.True(IsIdle(executor));
        Assert.Equal("cancelled", await visitor.HearAsync());
        Assert.Equal(4, await executor.SubmitAsync(Basics.Square, 2));
        Assert.False(point.HasVisitor); // those that waited never ran
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "D33")]
    public async Task A_token_that_is_cancelled_already_reads_nothing()
    {
        TestSource<int> source = TestSource.Numbers();
        var token = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await SharedExecutor.MapAsync(Basics.Square, (IEnumerable<int>)source, cancellationToken: token).FirstAsync());
        Assert.Equal(0, source.ReadCount);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "D33")]
    public async Task Cancelling_ends_the_reading_of_an_asynchronous_source()
    {
        using var cancellation = new CancellationTokenSource();
        TestSource<int> source = new(static index => index)
        {
            BeforeAsync = static (index, token) => index < 2 ? Task.CompletedTask : Task.Delay(Timeout.Infinite, token),
        };
        List<int> results = [];
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            TaskMap<int> map = SharedExecutor.MapAsync(
                Basics.Square, (IAsyncEnumerable<int>)source, cancellationToken: cancellation.Token);
            await foreach (int result in map)
            {
                results.Add(result);
                if (results.Count == 2)
                    await cancellation.CancelAsync();
            }
        });
        Assert.Equal(cancellation.Token, error.CancellationToken);
        Assert.Equal([0, 1], results);
        Assert.Equal(1, source.ClosedCount);
    }

    [Theory(Timeout = Waiting.Hang)]
    [Trait("Conformance", "D34")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Leaving_the_enumeration_early_cancels_the_rest_and_waits_for_it(bool isAsync)
    {
        await using Executor executor = Create(new ExecutorSetup { Workers = 2 });
        TestSource<int> source = TestSource.Numbers();
        TaskMap<int> map = isAsync
            ? executor.MapAsync(Basics.Square, (IAsyncEnumerable<int>)source)
            : executor.MapAsync(Basics.Square, (IEnumerable<int>)source);
        await foreach (int result in map)
        {
            if (result == 9)
                break;
        }
        Assert.Equal(1, source.ClosedCount);
        Assert.True(IsIdle(executor));
    }

    [Theory(Timeout = Waiting.Hang)]
    [Trait("Conformance", "D39")]
    [InlineData(0, true)]
    [InlineData(0, false)]
    [InlineData(50, true)]
    [InlineData(50, false)]
    public async Task A_source_that_throws_ends_the_map_with_its_exception(int index, bool isAsync)
    {
        await using Executor executor = Create(new ExecutorSetup { Workers = 2 });
        TestSource<int> source = TestSource.NumbersUpTo(index);
        int expected = 0;
        TaskMap<int> map = isAsync
            ? executor.MapAsync(Basics.Square, (IAsyncEnumerable<int>)source)
            : executor.MapAsync(Basics.Square, (IEnumerable<int>)source);
        var error = await Assert.ThrowsAsync<FormatException>(async () =>
        {
            await foreach (int result in map)
                Assert.Equal(Basics.Square(expected++), result);
        });
        Assert.Equal("the source's", error.Message);
        Assert.Equal(1, source.ClosedCount);
        Assert.True(IsIdle(executor));
        Assert.Equal(4, await executor.SubmitAsync(Basics.Square, 2));
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "D40")]
    public async Task An_items_timeout_hits_that_item_alone()
    {
        await using var point = new MeetingPoint();
        var clock = new ObservedClock();
        await using Executor executor = Create(new ExecutorSetup { Clock = clock });
        TimeSpan timeout = TimeSpan.FromSeconds(7);
        var options = new MapOptions { ChunkSize = 3, Item = new SubmitOptions { Timeout = timeout } };
        IEnumerable<Meeting> source = Enumerable.Range(0, 3).Select(index => point.For($"{index}"));
        Task<List<TaskOutcome<string>>> map = Elsewhere(
            async () => await executor.MapAsync(Mapped.Meet, source, options).Outcomes.ToListAsync());

        await point.NextAsync();
        await clock.PassAsync(timeout);
        (await point.NextAsync()).LetGo();
        (await point.NextAsync()).LetGo();

        List<TaskOutcome<string>> outcomes = await map;
        Assert.IsType<TaskTimeoutException>(outcomes[0].Exception);
        Assert.Equal(["1", "2"], outcomes.Skip(1).Select(outcome => outcome.Result));
    }

    [Theory(Timeout = Waiting.Hang)]
    [Trait("Conformance", "D42")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_map_ends_with_the_exception_of_an_executor_that_was_shut_down(bool outcomes)
    {
        Executor executor = Create(new ExecutorSetup());
        TestSource<int> source = TestSource.Numbers();
        TaskMap<int> map = executor.MapAsync(Basics.Square, (IEnumerable<int>)source);
        int count = 0;
        await Assert.ThrowsAsync<ObjectDisposedException>(async () =>
        {
            IAsyncEnumerable<long> items = outcomes ? map.Outcomes.Select(static outcome => outcome.Index) : map.Select(long.CreateChecked);
            await foreach (long item in items)
            {
                if (++count == 10)
                    await executor.ShutdownAsync();
            }
        });
        Assert.Equal(1, source.ClosedCount);
        Assert.Throws<ObjectDisposedException>(() => executor.MapAsync(Basics.Square, [1]));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task No_items_exception_is_left_unobserved()
    {
        List<Exception> unobserved = [];
        EventHandler<UnobservedTaskExceptionEventArgs> note = (_, args) =>
        {
            lock (unobserved)
                unobserved.AddRange(
                    args.Exception.InnerExceptions.Where(error => error.Message.StartsWith("of the map", StringComparison.Ordinal)));
        };
        TaskScheduler.UnobservedTaskException += note;
        try
        {
            for (int i = 0; i < 20; i++)
                await Assert.ThrowsAsync<InvalidOperationException>(async () => await SharedExecutor.MapAsync(static (int x) => x == -1 ? 0
                    : throw new InvalidOperationException($"of the map {x}"), Enumerable.Range(0, 100)).ToListAsync());
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= note;
        }
        lock (unobserved)
            Assert.Empty(unobserved);
    }

    [Fact]
    [Trait("Conformance", "A3")]
    public void A_map_that_cannot_run_is_refused_at_the_call()
    {
        int captured = 1;
        var error = Assert.Throws<ArgumentException>(() => SharedExecutor.MapAsync(value => value + captured, Enumerable.Range(0, 3)));
        Assert.Contains("captures", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>("source", () => SharedExecutor.MapAsync(Basics.Square, (IEnumerable<int>)null!));
        Assert.Throws<ArgumentNullException>("source", () => SharedExecutor.MapAsync(Basics.Square, (IAsyncEnumerable<int>)null!));
        Assert.Throws<ArgumentException>(() => SharedExecutor.MapAsync(static (GetOnly _) => 1, Array.Empty<GetOnly>()));
    }
}
