using Offloop.Analyzers;

namespace Offloop.Tests;

public sealed class DelegateAnalyzerTests
{
    [Fact]
    public Task A_capture_is_reported_with_its_name() => Verify.ReportsAsync<DelegateAnalyzer>(
        [
            ("await executor.SubmitAsync({|OFFLOOP101:() => Twice(number)|});", "'number', of type System.Int32"),
            ("await executor.SubmitAsync({|OFFLOOP101:value => Join(value, text)|}, 5);", "'text', of type System.String"),
            ("await executor.SubmitAsync({|OFFLOOP101:() => Join(number, text)|});", "'number', of type System.Int32, 'text'"),
            ("int local = number;\nawait executor.SubmitAsync({|OFFLOOP101:async () => await Task.FromResult(local)|});", "'local'"),
            ("await executor.SubmitAsync({|OFFLOOP101:() => Field++|});", "'this', of type Program"),
            ("_ = executor.MapAsync({|OFFLOOP101:value => value + number|}, new[] { 1 });", "'number'"),
            ("_ = executor.StreamAsync({|OFFLOOP101:value => Enumerable.Range(number, value)|}, 3);", "'number'"),
            ("int Local() => number;\nawait executor.SubmitAsync({|OFFLOOP101:Local|});", "'number'"),
            ("int Local() => number;\nawait executor.SubmitAsync({|OFFLOOP101:() => Local()|});", "'number'"),
            ("int A() => B();\nint B() => number + A();\nawait executor.SubmitAsync({|OFFLOOP101:A|});", "'number'"),
            ("await executor.SubmitAsync({|OFFLOOP101:text.ToList|});", "its first argument, of type System.String"),
            ("await executor.SubmitAsync(new Func<int>({|OFFLOOP101:() => number|}));", "'number'"),
            ("_ = WorkerInitializer.Create({|OFFLOOP101:() => Twice(number)|});", "'number'"),
            ("_ = new ProcessPoolOptions { JsonOptions = {|OFFLOOP101:json => json.MaxDepth = number|} };", "JsonOptions captures"),
            ("_ = new ProcessPoolOptions { WorkerTelemetry = {|OFFLOOP101:() => (dynamic)text|} };", "WorkerTelemetry captures 'text'"),
        ],
        Members);

    [Fact]
    public Task An_instance_method_is_reported_with_its_object() => Verify.ReportsAsync<DelegateAnalyzer>(
        [
            ("await executor.SubmitAsync({|OFFLOOP102:Instance|});", This),
            ("await executor.SubmitAsync({|OFFLOOP102:this.Instance|});", This),
            ("var other = new Program();\nawait executor.SubmitAsync({|OFFLOOP102:other.Instance|});", This),
        ],
        Members);

    [Fact]
    public Task What_captures_nothing_or_is_not_known_is_not_reported() => Verify.IsSilentAsync<DelegateAnalyzer>(
        [
            "await executor.SubmitAsync(Twice, number);",
            "await executor.SubmitAsync(() => Twice(5));",
            "await executor.SubmitAsync(static value => Twice(value), number);",
            "const int fixedNumber = 5;\nawait executor.SubmitAsync(() => Twice(fixedNumber));",
            "await executor.SubmitAsync(value => { int own = value; int In() => own; return new[] { 1 }.Sum(x => own + In()); }, 1);",
            "static int Local() => 5;\nawait executor.SubmitAsync(Local);",
            "int Local() => 5;\nawait executor.SubmitAsync(Local);",
            "await executor.SubmitAsync(() => Shared + nameof(number));",
            "Func<int> work = () => number;\nawait executor.SubmitAsync(work);", // the executor looks
            "_ = TaskProgress.Create<int>(value => Field = value);", // runs here
            "await executor.SubmitAsync(x => new Program { Field = x }.Field, number);",
            "_ = Task.Run(() => number);",
        ],
        Members);

    private const string This = "captures 'this', of type Program";

    private const string Members = """
        public int Field;
        public static int Shared;
        public int Instance() => Field;
        """;
}
