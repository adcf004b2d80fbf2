namespace Offloop.Tests;

/// <content>Exceptions of tasks.</content>
public abstract partial class ExecutorContractTests
{
    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "E44")]
    public async Task An_exception_comes_with_its_type_message_and_stack()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => SharedExecutor.SubmitAsync(Throwing.Invalid, "what is wrong"));
        Assert.Equal("what is wrong", error.Message);
        Assert.Contains("Offloop.SampleTasks.Throwing.Invalid", error.ToString(), StringComparison.Ordinal);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "E45")]
    public async Task An_exception_of_a_users_type_is_of_that_type()
    {
        var error = await Assert.ThrowsAsync<CustomException>(() => SharedExecutor.SubmitAsync(Throwing.Custom, 5));
        Assert.Equal("code 5", error.Message);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "E46")]
    public async Task Inner_exceptions_come_along_to_the_last()
    {
        var error = await Assert.ThrowsAsync<CustomException>(() => SharedExecutor.SubmitAsync(Throwing.Deep));
        Assert.Equal(
            ["Offloop.SampleTasks.CustomException: top", "System.InvalidOperationException: middle", "System.FormatException: bottom"],
            ChainOf(error));
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "E45")]
    public async Task An_aggregate_comes_with_all_its_parts()
    {
        var error = await Assert.ThrowsAsync<AggregateException>(() => SharedExecutor.SubmitAsync(Throwing.Many));
        Assert.StartsWith("several", error.Message, StringComparison.Ordinal);
        string all = string.Join('\n', error.Flatten().InnerExceptions.SelectMany(ChainOf));
        Assert.Contains("System.InvalidOperationException: first", all, StringComparison.Ordinal);
        Assert.Contains("Offloop.SampleTasks.CustomException: second", all, StringComparison.Ordinal);
        Assert.Contains("System.FormatException: third", all, StringComparison.Ordinal);
        Assert.Single(error.InnerExceptions.OfType<InvalidOperationException>());
        Assert.Single(error.InnerExceptions.OfType<CustomException>());
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "E47")]
    public async Task Odd_exceptions_are_not_swallowed()
    {
        Exception code = await CatchAsync(SharedExecutor.SubmitAsync(Throwing.WithoutMessageConstructor));
        Assert.Equal(["Offloop.SampleTasks.CodeException: code 7"], ChainOf(code));
        Exception unreadable = await CatchAsync(SharedExecutor.SubmitAsync(Throwing.WithUnreadableMessage));
        Assert.Equal(typeof(UnreadableException).FullName, TypeOf(unreadable));
        Assert.Equal(typeof(NullMessageException).FullName, TypeOf(await CatchAsync(SharedExecutor.SubmitAsync(Throwing.WithNullMessage))));
        await Assert.ThrowsAsync<NullReferenceException>(() => SharedExecutor.SubmitAsync(static () => throw null!));
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "E48")]
    public async Task Each_failed_task_has_an_exception_object_of_its_own()
    {
        Task[] tasks = [.. Enumerable.Range(0, 5).Select(_ => SharedExecutor.SubmitAsync(Throwing.Invalid, "same"))];
        await Assert.ThrowsAsync<InvalidOperationException>(() => Task.WhenAll(tasks));
        Assert.Equal(5, tasks.Select(task => task.Exception!.InnerException!).Distinct(ReferenceEqualityComparer.Instance).Count());
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "E53")]
    public async Task An_exception_of_a_type_that_only_the_task_knows_is_reported()
    {
        Exception error = await Assert.ThrowsAnyAsync<Exception>(() => SharedExecutor.SubmitAsync(Throwing.MadeAtRunTime));
        Assert.Equal("Offloop.MadeAtRunTime.StrangeException", TypeOf(error));
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "B20")]
    public async Task An_exception_that_is_returned_is_a_value()
    {
        Exception value = await SharedExecutor.SubmitAsync(Throwing.Returned);
        Assert.IsType<CustomException>(value);
        Assert.Equal("a value", value.Message);
        Assert.Equal(["Offloop.SampleTasks.CustomException: a value", "System.FormatException: inside"], ChainOf(value));
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "B21")]
    public async Task A_tasks_own_timeout_is_not_the_executors()
    {
        long failed = SharedExecutor.GetSnapshot().Failed;
        Task task = SharedExecutor.SubmitAsync(Throwing.Timeout, new SubmitOptions { Timeout = TimeSpan.FromMinutes(10) });
        Assert.Equal("the task's own", (await Assert.ThrowsAsync<TimeoutException>(() => task)).Message);
        Assert.Equal(failed + 1, SharedExecutor.GetSnapshot().Failed);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "B21")]
    public async Task A_tasks_own_cancellation_is_not_the_callers()
    {
        using var cancellation = new CancellationTokenSource();
        Task task = SharedExecutor.SubmitAsync(Throwing.Cancelled, cancellationToken: cancellation.Token);
        Assert.Equal("the task's own", (await Assert.ThrowsAsync<OperationCanceledException>(() => task)).Message);
        Assert.True(task.IsFaulted);
    }

    /// <summary>Catches by hand, because an assertion of the test framework reads the message, which may throw.</summary>
    private static async Task<Exception> CatchAsync(Task task)
    {
        await Task.WhenAny(task);
        return task.Exception!.InnerException!;
    }

    /// <summary>The types and messages of an exception and its inner ones, as they were when it was thrown.</summary>
    private static IEnumerable<string> ChainOf(Exception error)
    {
        for (Exception? next = error is RemoteTaskException ? error : error.InnerException as RemoteTaskException
            ?? error; next is not null; next = next.InnerException)
            yield return $"{(next as RemoteTaskException)?.RemoteType ?? next.GetType().FullName}: {next.Message}";
    }

    private static string TypeOf(Exception error) => (error as RemoteTaskException)?.RemoteType ?? error.GetType().FullName!;
}
