using System.Collections;
using System.Net;
using System.Net.Sockets;
using System.Reflection;

namespace Offloop.Tests.Contract;

/// <summary>A caller's <c>catch</c> and its filters work the same on every executor, or the caller gets a
/// <see cref="RemoteTaskException"/>.</summary>
public abstract class ExceptionContractTests(ExecutorKind kind, IExecutorSource? source = null) : ContractTests(kind, source)
{
    private bool TravelsAway { get; } = kind is ExecutorKind.Processes or ExecutorKind.Nodes;

    [Theory(Timeout = Waiting.Hang)]
    [InlineData("socket")]
    [InlineData("socket by number")]
    [InlineData("http")]
    [InlineData("http io")]
    [InlineData("win32")]
    [InlineData("win32 text")]
    [InlineData("file")]
    [InlineData("io")]
    [InlineData("argument")]
    [InlineData("argument null")]
    [InlineData("argument range")]
    [InlineData("disposed")]
    [InlineData("json")]
    [InlineData("json reader")]
    [InlineData("aggregate")]
    [InlineData("cancelled")]
    [InlineData("initializer")]
    [InlineData("parse")]
    [InlineData("overflow")]
    [InlineData("own")]
    [InlineData("own hresult")]
    public async Task An_exception_keeps_its_type_message_facts_and_causes(string name)
    {
        Exception error = await CatchAsync(SharedExecutor.SubmitAsync(Filtered.Throw, name));
        Assert.Equal(FactsOf(Filtered.Make(name)), FactsOf(error));
        Assert.Contains(nameof(Filtered.Throw), error.StackTrace, StringComparison.Ordinal);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_filter_on_the_cause_of_a_failed_request_matches()
    {
        string? matched = null;
        try
        {
            await SharedExecutor.SubmitAsync(Filtered.Throw, "http");
        }
        catch (HttpRequestException error) when (error is { StatusCode: HttpStatusCode.BadGateway }
            && error.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused })
        {
            matched = error.Message;
        }
        Assert.Equal("no", matched);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task Secrets_in_an_exception_do_not_leave_the_worker()
    {
        await using Executor executor = Create(new ExecutorSetup { JsonOptions = Formats.Discreet });

        var error = await Assert.ThrowsAsync<LoginException>(() => executor.SubmitAsync(Filtered.ThrowSecrets));

        Assert.Equal(("refused", "Ada", "db1"), (error.Message, error.User, error.Data["host"]));
        Assert.Equal(TravelsAway ? ("***", "***") : ("hunter2", "abc"), (error.Password, error.Data["token"]));
        Assert.Equal(TravelsAway ? null : "secret", error.Data["surprise"]); // the method threw
        Assert.Equal(TravelsAway ? "and 1 more" : null, error.Data["(cut)"]);
    }

    [Fact]
    public void A_second_method_that_redacts_is_refused()
    {
        var options = new System.Text.Json.JsonSerializerOptions();
        options.RedactExceptions(static (_, _, value) => value);
        Assert.Throws<InvalidOperationException>(() => options.RedactExceptions(static (_, _, value) => value));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task Data_comes_along_and_tells_how_much_was_left_out()
    {
        Exception error = await CatchAsync(SharedExecutor.SubmitAsync(Filtered.Throw, "own data"));
        Assert.Equal(("t", 5), (error.Data["text"], error.Data["number"]));
        if (TravelsAway)
            Assert.Equal("and 2 more", error.Data["(cut)"]);
        else
            Assert.Equal(4, error.Data.Count);
    }

    [Theory(Timeout = Waiting.Hang)]
    [InlineData(nameof(Filtered.ThrowDecorating), typeof(DecoratingException), "decorated: text", "{}")]
    [InlineData(nameof(Filtered.ThrowLosing), typeof(LosingException), "text", """{"Kept":5}""")]
    [InlineData(nameof(Filtered.ThrowComputing), typeof(ComputingException), "computing", null)]
    public async Task A_type_that_cannot_be_made_again_as_it_was_is_told_with_what_it_had(
        string method, Type type, string message, string? properties)
    {
        Action work = typeof(Filtered).GetMethod(method)!.CreateDelegate<Action>();
        Exception error = await CatchAsync(SharedExecutor.SubmitAsync(work));
        Assert.Equal(message, error.Message);
        if (!TravelsAway)
        {
            Assert.IsType(type, error);
            return;
        }
        var remote = Assert.IsType<RemoteTaskException>(error);
        Assert.Equal(type.FullName, remote.RemoteTypeName);
        Assert.Equal(properties ?? remote.RemoteProperties, remote.RemoteProperties);
        Assert.Contains(method, remote.RemoteStackTrace, StringComparison.Ordinal);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_filter_by_type_finds_a_type_that_could_not_be_made_again()
    {
        Exception error = await CatchAsync(SharedExecutor.SubmitAsync(Filtered.ThrowDecorating));
        if (error is not RemoteTaskException remote)
        {
            Assert.IsType<DecoratingException>(error);
            return;
        }
        Assert.True(remote.Is<DecoratingException>());
        Assert.True(remote.Is<Exception>());
        Assert.False(remote.Is<ArgumentException>());
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task Exceptions_that_are_left_out_are_counted()
    {
        var many = (AggregateException)await CatchAsync(SharedExecutor.SubmitAsync(Filtered.ThrowMany, 50));
        Assert.Equal("part 0", many.InnerExceptions[0].Message);
        Exception deep = await CatchAsync(SharedExecutor.SubmitAsync(Filtered.ThrowDeep, 20));
        Exception last = deep.GetBaseException();
        if (TravelsAway)
        {
            Assert.Equal(("(cut)", $"and {50 - (many.InnerExceptions.Count - 1)} more"), Cut(many.InnerExceptions[^1]));
            int kept = 0;
            for (Exception? next = deep; next != last; next = next.InnerException!)
                kept++;
            Assert.Equal(("(cut)", $"and {20 - kept} more"), Cut(last));
        }
        else
        {
            Assert.Equal((50, "the last"), (many.InnerExceptions.Count, last.Message));
        }

        static (string, string) Cut(Exception error) => (((RemoteTaskException)error).RemoteTypeName, error.Message);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_property_that_is_too_large_to_travel_is_never_shown_as_a_default()
    {
        Exception error = await CatchAsync(SharedExecutor.SubmitAsync(Filtered.ThrowHuge));
        if (error is OrderException order)
            Assert.Equal(1 << 20, Assert.Single(order.Lines).Length);
        else
            Assert.Contains("\"Code\":1", Assert.IsType<RemoteTaskException>(error).RemoteProperties, StringComparison.Ordinal);
    }

    private static async Task<Exception> CatchAsync(Task task)
    {
        await Task.WhenAny(task);
        return task.Exception!.InnerException!;
    }

    /// <summary>All that code can filter on: type, message and every public property, of the exception and of its causes.</summary>
    private static string FactsOf(Exception error)
    {
        IEnumerable<string> facts = error.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(static property => property.Name is not (nameof(Exception.StackTrace) or nameof(Exception.TargetSite)
                or nameof(Exception.Source) or nameof(Exception.Data) or nameof(Exception.InnerException)
                or nameof(AggregateException.InnerExceptions) or nameof(TaskCanceledException.Task)
                or nameof(OperationCanceledException.CancellationToken)))
            .Select(property => $"{property.Name}={Text(property.GetValue(error))}");
        IEnumerable<Exception> causes = error is AggregateException aggregate ? aggregate.InnerExceptions
            : error.InnerException is { } one ? [one] : [];
        return $"{error.GetType()}({string.Join("; ", facts)})[{string.Join(", ", causes.Select(FactsOf))}]";
    }

    private static string? Text(object? value) => value is IEnumerable items and not string
        ? string.Join(",", items.Cast<object>()) : value?.ToString();
}
