using System.Reflection;
using Offloop.Analyzers;
using Offloop.Invocation;

namespace Offloop.Tests;

public sealed class ResultAndPayloadTests
{
    [Fact]
    public Task A_result_that_is_still_going_on_is_reported_as_the_executors_do() => SaysWhatExecutorsSayAsync(
        [
            ("{|OFFLOOP104:value => new ValueTask<int>(value)|}, 1", typeof(ValueTask<int>)),
            ("{|OFFLOOP104:(int _) => default(ValueTask)|}, 1", typeof(ValueTask)),
            ("{|OFFLOOP104:(int _) => Task.FromResult(Task.CompletedTask)|}, 1", typeof(Task)),
            ("{|OFFLOOP104:Items|}, 1", typeof(IAsyncEnumerable<int>)),
            ("{|OFFLOOP104:(int _) => new List<int>().GetEnumerator()|}, 1", typeof(List<int>.Enumerator)),
            ("{|OFFLOOP104:(int _) => Task.Yield()|}, 1", typeof(System.Runtime.CompilerServices.YieldAwaitable)),
        ]);

    [Fact]
    public Task A_result_that_is_there_is_not_reported() => Verify.IsSilentAsync<ResultAnalyzer>(
        [
            "await executor.SubmitAsync(Twice, 1);",
            "await executor.SubmitAsync((int value) => Task.FromResult(value), 1);",
            "await executor.SubmitAsync((int value) => Task.CompletedTask, 1);",
            "_ = executor.StreamAsync(Items, 1);",
            "_ = executor.MapAsync(Twice, new[] { 1 });",
        ],
        Members);

    [Fact]
    public Task A_type_that_would_lose_data_is_reported() => Verify.ReportsAsync<PayloadAnalyzer>(
        [
            ("await executor.SubmitAsync({|OFFLOOP103:(Stream stream) => 1|}, Stream.Null);", "The argument type System.IO.Stream cannot"),
            ("await executor.SubmitAsync({|OFFLOOP103:() => new object()|});", "The result type System.Object cannot"),
            ("await executor.SubmitAsync({|OFFLOOP103:(Order order) => 1|}, new Order());", "its member 'Total' can be read but not set"),
            ("_ = executor.StreamAsync({|OFFLOOP103:(int n) => new Action[n]|}, 1);", "The item type System.Action cannot"),
            ("_ = executor.MapAsync({|OFFLOOP103:(Order order) => 1|}, new Order[1]);", "The argument type Program+Order"),
            ("_ = WorkerInitializer.Create({|OFFLOOP103:(CancellationToken t) => { }|}, default);", "TaskContext parameter"),
        ],
        Members);

    [Fact]
    public Task A_type_that_travels_is_not_reported() => Verify.IsSilentAsync<PayloadAnalyzer>(
        [
            "await executor.SubmitAsync(Twice, number);",
            "await executor.SubmitAsync(() => Console.WriteLine());",
            "await Generic(executor, 1);",
            "await executor.SubmitAsync((int _) => default(ValueTask), 1);", // the other rule says it
        ],
        Members);

    [Fact]
    public Task A_project_that_sets_JsonOptions_may_have_a_converter_for_any_type() => Verify.IsSilentAsync<PayloadAnalyzer>(
        [
            "await executor.SubmitAsync((Order order) => 1, new Order());",
            "_ = new ProcessPoolOptions { JsonOptions = options => { } };",
        ],
        Members);

    private static Task SaysWhatExecutorsSayAsync((string Arguments, Type Result)[] rows) => Verify.ReportsAsync<ResultAnalyzer>(
        [.. rows.Select(static row => ($"await executor.SubmitAsync({row.Arguments});", OfExecutors(row.Result)))], Members);

    /// <summary>What an executor says of a result of the type, without the name of the parameter.</summary>
    private static string OfExecutors(Type result)
    {
        MethodInfo require = typeof(ResultRules<>).MakeGenericType(result).GetMethod("Require")!;
        var thrown = Assert.Throws<TargetInvocationException>(() => require.Invoke(null, null));
        string message = thrown.InnerException!.Message;
        return message[..message.IndexOf(" (Parameter", StringComparison.Ordinal)];
    }

    private const string Members = """
        public sealed class Order { public int Total { get; } }
        public static Task<T> Generic<T>(Executor executor, T value) => executor.SubmitAsync(static (T x) => x, value);
        public static async IAsyncEnumerable<int> Items(int count) { await Task.Yield(); yield return count; }
        """;
}
