namespace Offloop.Tests;

/// <content>Refusals at the submit, which are the same for every executor.</content>
public abstract partial class ExecutorContractTests
{
    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "A3")]
    public async Task A_null_delegate_is_refused()
    {
        await Assert.ThrowsAsync<ArgumentNullException>("work", () => SharedExecutor.SubmitAsync((Action)null!));
        await Assert.ThrowsAsync<ArgumentNullException>("work", () => SharedExecutor.SubmitAsync((Func<int, int>)null!, 1));
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "A3")]
    public async Task A_lambda_that_captures_a_variable_is_refused_with_its_name_and_the_fix()
    {
        int x = RoundTrips ? 1 : 2;
        string message = await RefusalAsync(() => SharedExecutor.SubmitAsync(value => value + x, 1));
        Assert.Contains("'x', of type System.Int32", message, StringComparison.Ordinal);
        Assert.Contains("pass what it needs as the argument", message, StringComparison.Ordinal);
        Assert.Contains("executor.SubmitAsync(static x => Work(x), value)", message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "A3")]
    public async Task A_lambda_that_captures_this_is_refused_by_that_name()
    {
        string message = await RefusalAsync(() => SharedExecutor.SubmitAsync(value => RoundTrips ? value : 0, 1));
        Assert.Contains("'this'", message, StringComparison.Ordinal);

        int x = RoundTrips ? 1 : 2;
        message = await RefusalAsync(() => SharedExecutor.SubmitAsync(value => RoundTrips ? value : x, 1));
        Assert.Contains("'this'", message, StringComparison.Ordinal);
        Assert.Contains("'x'", message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "A3")]
    public async Task A_method_of_an_object_is_refused()
    {
        var list = new List<int>();
        await AssertRefusedAsync(
            "'this', of type System.Collections.Generic.List<System.Int32>",
            () => SharedExecutor.SubmitAsync(list.Add, 1));

        Func<int> bound = "abc".Count; // an extension method with its first argument bound
        await AssertRefusedAsync("its first argument, of type System.String", () => SharedExecutor.SubmitAsync(bound));
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "A3")]
    public async Task A_delegate_of_several_methods_is_refused()
    {
        Action both = Forms.Nothing;
        both += Forms.Throw;
        await AssertRefusedAsync("several targets", () => SharedExecutor.SubmitAsync(both));
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "K118")]
    public async Task An_awaitable_or_streaming_result_is_refused_with_the_form_to_use()
    {
        await AssertRefusedAsync("ValueTask; return Task", () => SharedExecutor.SubmitAsync(static (int _) => ValueTask.CompletedTask, 1));
        await AssertRefusedAsync("AsTask()", () => SharedExecutor.SubmitAsync(static value => ValueTask.FromResult(value), 1));
        await AssertRefusedAsync(
            "a task of a task",
            () => SharedExecutor.SubmitAsync(static value => Task.FromResult(Task.FromResult(value)), 1));
        await AssertRefusedAsync("return Task", () => SharedExecutor.SubmitAsync(static (int _) => new Awaitable(), 1));
        await AssertRefusedAsync(
            "return a list or an array",
            () => SharedExecutor.SubmitAsync(static (int _) => AsyncEnumerable.Range(0, 3), 1));
        await AssertRefusedAsync(
            "return a list or an array",
            () => SharedExecutor.SubmitAsync(static (int _) => Enumerable.Range(0, 3).GetEnumerator(), 1));
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "K116")]
    public async Task An_argument_type_that_would_lose_data_is_refused_by_name_and_reason()
    {
        await RefusesAsync(new GetOnly(), "Offloop.SampleTasks.GetOnly", "'Lost' can be read but not set", "init accessor");
        await RefusesAsync(new object(), "object", "declare the type itself");
        await RefusesAsync(new HoldsObject(1), "'Anything'", "object");
        await RefusesAsync(new HoldsCode(Forms.Nothing), "'Callback'", "delegate");
        await RefusesAsync<Action>(Forms.Nothing, "delegate", "submit the method itself");
        await RefusesAsync(Stream.Null, "System.IO.Stream", "pass a path");
        await RefusesAsync(new MemoryStream(), "System.IO.MemoryStream", "stream");
        await RefusesAsync(Task.CompletedTask, "task", "await it first");
        await RefusesAsync(CancellationToken.None, "CancellationToken", "TaskContext");
        await RefusesAsync<nint>(0, "System.IntPtr", "plain data");
        await RefusesAsync(new List<GetOnly>(), "GetOnly", "'Lost'");
        await RefusesAsync(new Dictionary<string, Stream>(), "System.IO.Stream");
        await RefusesAsync(1 as IComparable, "abstract", "[JsonDerivedType]");

        async Task RefusesAsync<T>(T argument, params string[] parts)
        {
            string message = await RefusalAsync(() => SharedExecutor.SubmitAsync(static (T _) => { }, argument));
            Assert.Contains("argument type", message, StringComparison.Ordinal);
            Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
        }
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "K116")]
    public async Task A_result_type_that_would_lose_data_is_refused_by_name_and_reason()
    {
        await AssertRefusedAsync("result type Offloop.SampleTasks.GetOnly", () => SharedExecutor.SubmitAsync(static () => new GetOnly()));
        await AssertRefusedAsync("result type System.Object", () => SharedExecutor.SubmitAsync(static () => new object()));
        await AssertRefusedAsync("stream", () => SharedExecutor.SubmitAsync(static () => Stream.Null));
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "K116")]
    public async Task A_value_of_an_undeclared_derived_type_is_refused()
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(
            () => SharedExecutor.SubmitAsync(static (Base _) => { }, new Derived()));
        Assert.Contains(
            "Offloop.SampleTasks.Derived stands where Offloop.SampleTasks.Base is declared",
            error.Message,
            StringComparison.Ordinal);
        Assert.Contains("[JsonDerivedType(typeof(Derived), \"Derived\")]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Conformance", "A3")]
    public void Task_options_are_validated()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new SubmitOptions { Timeout = TimeSpan.Zero });
        Assert.Contains("Timeout is 00:00:00, but it must be a positive time", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<ArgumentOutOfRangeException>(() => new SubmitOptions { CrashRetries = -1 });
        Assert.Contains("CrashRetries is -1, but it must be 0 or more", error.Message, StringComparison.Ordinal);
        Assert.Equal(Timeout.InfiniteTimeSpan, new SubmitOptions { Timeout = Timeout.InfiniteTimeSpan }.Timeout);
    }

    private async Task AssertRefusedAsync(string words, Func<Task> submit) =>
        Assert.Contains(words, await RefusalAsync(submit), StringComparison.Ordinal);

    /// <summary>Returns the message with which a submit is refused. Nothing has run, and the executor goes on.</summary>
    private async Task<string> RefusalAsync(Func<Task> submit)
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(submit);
        Assert.Equal("work", error.ParamName);
        Assert.Equal(4, await SharedExecutor.SubmitAsync(Basics.Square, 2));
        return error.Message;
    }
}
