namespace Offloop.Tests;

/// <content>Values that travel, and values that cannot.</content>
public abstract partial class ExecutorContractTests
{
    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "K115")]
    public async Task Numbers_text_and_times_come_back_equal()
    {
        await ComesBackAsync(double.NaN);
        await ComesBackAsync(double.NegativeInfinity);
        await ComesBackAsync(float.PositiveInfinity);
        await ComesBackAsync(double.Epsilon);
        await ComesBackAsync(decimal.MinValue);
        await ComesBackAsync(long.MinValue);
        await ComesBackAsync(ulong.MaxValue);
        await ComesBackAsync(Int128.MaxValue);
        await ComesBackAsync((int?)null);
        await ComesBackAsync((string?)null);
        await ComesBackAsync("quotes \" \\ \0 \u2028 \ud83d\ude00 äöü");
        await ComesBackAsync('ß');
        await ComesBackAsync(Colour.Green);
        await ComesBackAsync((Colour)99);
        await ComesBackAsync(new DateTimeOffset(2026, 11, 22, 11, 28, 13, 214, TimeSpan.FromHours(-7)).AddTicks(9117));
        await ComesBackAsync(TimeSpan.FromTicks(-1));
        await ComesBackAsync(new DateOnly(2026, 2, 28));
        await ComesBackAsync(Guid.NewGuid());
        await ComesBackAsync(new Uri("https://example.org/a?b=c"));

        DateTime time = await SharedExecutor.SubmitAsync(PayloadTasks.Same, DateTime.UtcNow);
        Assert.Equal(DateTimeKind.Utc, time.Kind);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "K115")]
    public async Task Tuples_records_fields_and_collections_come_back_equal()
    {
        await ComesBackAsync(("x", 30));
        await ComesBackAsync((1, 2, 3, 4, 5, 6, 7, 8, 9, ("ten", 11.5)));
        await ComesBackAsync(Tuple.Create(1, "two"));
        await ComesBackAsync(new Point(3, double.NaN));
        await ComesBackAsync(new Plain { Field = 5, Name = "n", When = DateTimeOffset.UnixEpoch });
        await ComesBackAsync(new Plain { Name = "n" });
        await ComesBackAsync(new Inner(1, new Inner(2, new Inner(3, null))));
        await ComesBackAsync<Shape>(new Circle(2));
        await ComesBackAsync<Shape>(new Square(3));
        await ComesBackAsync(new List<Shape> { new Circle(1), new Square(1) });
        await ComesBackAsync<int[]>([]);
        await ComesBackAsync<int?[]>([1, null, 3]);
        await ComesBackAsync<int[][]>([[1], [], [2, 3]]);
        await ComesBackAsync(new List<List<string>> { new() { "a" }, new() });
        await ComesBackAsync(new Dictionary<string, int> { ["a"] = 1, [""] = 2 });
        await ComesBackAsync(new Dictionary<Colour, Point> { [Colour.Red] = new Point(1, 2) });
        await ComesBackAsync(new Dictionary<int, (string, int)[]> { [5] = [("a", 1)] });
        await ComesBackAsync(new KeyValuePair<string, int>("k", 1));
        await ComesBackAsync(new HashSet<int> { 3, 1, 2 });
        await ComesBackAsync<IReadOnlyList<int>>(new List<int> { 1, 2 });
    }

    [Theory(Timeout = Waiting.Hang)]
    [Trait("Conformance", "K115")]
    [InlineData(70_000)]
    [InlineData(10_000_000)]
    public async Task Long_texts_come_back_equal(int length)
    {
        string text = string.Concat(Enumerable.Repeat("abcdefghi\n", length / 10));
        Assert.True(text == await SharedExecutor.SubmitAsync(PayloadTasks.Same, text));
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "E49")]
    public async Task An_argument_that_cannot_be_written_fails_its_task_alone()
    {
        int[] workers = WorkersOf(SharedExecutor);
        Task<int> task = SharedExecutor.SubmitAsync(PayloadTasks.IntoUnwritable, new Unwritable { Number = 5 });
        await AssertPayloadFailsAsync(task, TaskPhase.NotStarted, "argument of type Offloop.SampleTasks.Unwritable", "not to be written");
        Assert.Subset(WorkersOf(SharedExecutor).ToHashSet(), workers.ToHashSet());
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "E51")]
    public async Task An_argument_that_cannot_be_read_fails_its_task_alone()
    {
        int[] workers = WorkersOf(SharedExecutor);
        Task<int> task = SharedExecutor.SubmitAsync(PayloadTasks.IntoUnreadable, new Unreadable { Number = 5 });
        await AssertPayloadFailsAsync(task, TaskPhase.NotStarted, "argument of type Offloop.SampleTasks.Unreadable", "not to be read");
        Assert.Subset(WorkersOf(SharedExecutor).ToHashSet(), workers.ToHashSet());
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "E50")]
    public async Task A_result_that_cannot_be_written_is_an_error_and_the_worker_lives()
    {
        int[] workers = WorkersOf(SharedExecutor);
        Task unwritable = SharedExecutor.SubmitAsync(PayloadTasks.UnwritableOf, 5);
        await AssertPayloadFailsAsync(
            unwritable, TaskPhase.ResultLost, "result of type Offloop.SampleTasks.Unwritable", "not to be written");
        Task derived = SharedExecutor.SubmitAsync(PayloadTasks.DerivedAsBase, 5);
        await AssertPayloadFailsAsync(derived, TaskPhase.ResultLost, "Offloop.SampleTasks.Derived stands where");
        Assert.Subset(WorkersOf(SharedExecutor).ToHashSet(), workers.ToHashSet());
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "E52")]
    public async Task A_result_that_cannot_be_read_fails_its_task_alone()
    {
        int[] workers = WorkersOf(SharedExecutor);
        Task task = SharedExecutor.SubmitAsync(PayloadTasks.UnreadableOf, 5);
        await AssertPayloadFailsAsync(task, TaskPhase.ResultLost, "result of type Offloop.SampleTasks.Unreadable", "not to be read");
        Assert.Subset(WorkersOf(SharedExecutor).ToHashSet(), workers.ToHashSet());
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "K115")]
    public async Task A_value_nested_too_deep_is_an_error()
    {
        Assert.Single(await SharedExecutor.SubmitAsync(PayloadTasks.Nested, 50));
        await AssertPayloadFailsAsync(SharedExecutor.SubmitAsync(PayloadTasks.Nested, 200), TaskPhase.ResultLost, "depth");
    }

    private async Task ComesBackAsync<T>(T value) => Assert.Equal(value, await SharedExecutor.SubmitAsync(PayloadTasks.Same<T>, value));

    /// <summary>If payloads are passed as references, nothing is written or read, and the task succeeds.</summary>
    private async Task AssertPayloadFailsAsync(Task task, TaskPhase phase, params string[] parts)
    {
        if (!RoundTrips)
        {
            await task;
            return;
        }
        var error = await Assert.ThrowsAsync<ExecutorException>(() => task);
        Assert.Equal((FailureCause.Payload, phase), (error.Failure.Cause, error.Failure.Phase));
        Assert.All(parts, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
        Assert.Equal(4, await SharedExecutor.SubmitAsync(Basics.Square, 2));
    }
}
