using Offloop.Analyzers;
using Offloop.CodeFixes;

namespace Offloop.Tests.CodeFixes;

public sealed class CodeFixTests
{
    [Fact]
    public Task What_a_lambda_captured_becomes_its_argument() => Verify.FixesAsync<DelegateAnalyzer, PassAsArgumentFix>(
        [
            ("await executor.SubmitAsync({|OFFLOOP101:() => Twice(number)|});",
                "await executor.SubmitAsync(static number => Twice(number), number);"),
            ("await executor.SubmitAsync({|OFFLOOP101:() => Join(number, text)|}, new SubmitOptions());",
                "await executor.SubmitAsync(static args => Join(args.number, args.text), (number, text), new SubmitOptions());"),
            ("await executor.SubmitAsync({|OFFLOOP101:value => Join(value, text)|}, 5);",
                "await executor.SubmitAsync(static args => Join(args.value, args.text), (value: 5, text));"),
            ("await executor.SubmitAsync({|OFFLOOP101:(number, context) => Join(number, text + context.Attempt)|}, number);",
                "await executor.SubmitAsync(static (args, context) => Join(args.number, args.text + context.Attempt), (number, text));"),
            ("await executor.SubmitAsync({|OFFLOOP101:async () => { await Task.Yield(); return number; }|});",
                "await executor.SubmitAsync(static async number => { await Task.Yield(); return number; }, number);"),
            ("await executor.SubmitAsync({|OFFLOOP101:(int value) => Join(value, text)|}, 5);",
                "await executor.SubmitAsync(static ((int value, string text) args) => Join(args.value, args.text), (value: 5, text));"),
            ("await executor.SubmitAsync({|OFFLOOP101:() => $\"{number} {nameof(text)} {text.Length}\"|});",
                "await executor.SubmitAsync(static args => $\"{args.number} {nameof(args.text)} {args.text.Length}\", (number, text));"),
            ("_ = executor.MapAsync({|OFFLOOP101:value => value + number|}, new[] { 1 });",
                "_ = executor.MapAsync(static args => args.value + args.number, (new[] { 1 }).Select(value => (value, number)));"),
            ("_ = executor.StreamAsync({|OFFLOOP101:value => Enumerable.Range(number, value)|}, 3);",
                "_ = executor.StreamAsync(static args => Enumerable.Range(args.number, args.value), (value: 3, number));"),
            ("_ = WorkerInitializer.Create({|OFFLOOP101:() => Twice(number)|});",
                "_ = WorkerInitializer.Create(static number => Twice(number), number);"),
        ]);

    [Fact]
    public Task No_fix_is_offered_where_it_would_mean_something_else() => Verify.FixesAsync<DelegateAnalyzer, PassAsArgumentFix>(
        [
            Same("int sum = 0;\nawait executor.SubmitAsync({|OFFLOOP101:() => sum += 1|});"), // the change would not come back
            Same("Stream stream = Stream.Null;\nawait executor.SubmitAsync({|OFFLOOP101:() => stream.Length|});"), // cannot travel
            Same("await executor.SubmitAsync({|OFFLOOP101:() => Field|});"),
            Same("int Local() => number;\nawait executor.SubmitAsync({|OFFLOOP101:() => Local()|});"),
            Same("await executor.SubmitAsync<int>({|OFFLOOP101:() => number|});"),
        ],
        "public int Field;");

    [Fact]
    public Task An_instance_method_that_uses_nothing_of_its_object_becomes_static() => Verify.FixesAsync<DelegateAnalyzer, MakeStaticFix>(
        [
            ("await executor.SubmitAsync({|OFFLOOP102:this.Compute|}, number);\n_ = Compute(5) + new Program().Compute(6);",
                "await executor.SubmitAsync(Compute, number);\n_ = Compute(5) + Program.Compute(6);"),
        ],
        "private int Compute(int value) => 2 * value;",
        "private static int Compute(int value) => 2 * value;");

    [Fact]
    public Task No_method_that_needs_its_object_becomes_static() => Verify.FixesAsync<DelegateAnalyzer, MakeStaticFix>(
        [
            Same("await executor.SubmitAsync({|OFFLOOP102:Reads|}, number);"),
            Same("await executor.SubmitAsync({|OFFLOOP102:Virtual|}, number);"),
            Same("await executor.SubmitAsync({|OFFLOOP102:Calls|}, number);"),
            Same("await executor.SubmitAsync({|OFFLOOP102:new Contract().Run|}, number);"),
        ],
        """
        public int Field;
        public int Reads(int value) => value + Field;
        public virtual int Virtual(int value) => value;
        public int Calls(int value) => Reads(value);
        public interface IContract { int Run(int value); }
        public sealed class Contract : IContract { public int Run(int value) => value; }
        """);

    private static (string, string) Same(string body) => (body, body);
}
