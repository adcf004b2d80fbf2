using Offloop.Analyzers;

namespace Offloop.Tests;

public sealed class DisposalAnalyzerTests
{
    [Fact]
    public Task An_executor_in_a_method_that_nobody_disposes_is_reported() => Verify.ReportsAsync<DisposalAnalyzer>(
        [
            ("var pool = {|OFFLOOP105:new ProcessPoolExecutor()|};\nawait pool.SubmitAsync(Twice, 1);", Words),
            ("Executor pool = {|OFFLOOP105:new ThreadPoolExecutor()|};\nawait pool.SubmitAsync(Twice, 1);", Words),
            ("await {|OFFLOOP105:new ProcessPoolExecutor()|}.SubmitAsync(Twice, 1);", Words),
            ("{|OFFLOOP105:new ProcessPoolExecutor()|};", Words),
            ("_ = {|OFFLOOP105:new ProcessPoolExecutor()|};", Words),
            ("ProcessPoolExecutor pool;\npool = {|OFFLOOP105:new()|};\n_ = pool.GetSnapshot();", Words),
            ("int Inner() => {|OFFLOOP105:new ProcessPoolExecutor()|}.GetSnapshot().Queued;\n_ = Inner();", Words),
        ]);

    [Fact]
    public Task An_executor_that_is_disposed_or_given_away_is_not_reported() => Verify.IsSilentAsync<DisposalAnalyzer>(
        [
            "await using var pool = new ProcessPoolExecutor();",
            "await using (var pool = new ProcessPoolExecutor()) { }",
            "await using Executor pool = number > 0 ? new ProcessPoolExecutor() : new ThreadPoolExecutor();",
            "var pool = new ProcessPoolExecutor();\nawait pool.DisposeAsync();",
            "var pool = new ProcessPoolExecutor();\ntry { } finally { await pool.DisposeAsync().ConfigureAwait(false); }",
            "var pool = new ProcessPoolExecutor();\nawait using (pool.ConfigureAwait(false)) { }",
            "ProcessPoolExecutor? pool = new();\nif (pool is not null) await pool.DisposeAsync();",
            "var pool = new ThreadPoolExecutor();\nawait pool.ShutdownAsync();",
            "var pool = new ProcessPoolExecutor();\nKeep(pool);",
            "var pool = new ProcessPoolExecutor();\nShared = pool;",
            "Keep(new ProcessPoolExecutor());",
            "var pools = new List<Executor> { new ProcessPoolExecutor() };",
            "Func<Executor> make = () => new ProcessPoolExecutor();",
            "var pool = new ProcessPoolExecutor();\nFunc<Task> end = async () => await pool.DisposeAsync();",
            "Shared = new ProcessPoolExecutor();",
            "var inline = new InlineExecutor();\nawait inline.SubmitAsync(Twice, 1);", // holds nothing
        ],
        Members);

    [Fact]
    public Task A_private_field_that_its_class_never_disposes_is_reported() => Verify.ReportsAsync<DisposalAnalyzer>(
        [("_ = {|OFFLOOP105:new ThreadPoolExecutor()|};", Words), ("", Words), ("", Words)],
        """
        public sealed class First
        {
            private readonly ProcessPoolExecutor _pool = {|OFFLOOP105:new()|};
            public Task<int> Get() => _pool.SubmitAsync(Twice, 1);
        }
        public sealed class Second
        {
            private readonly Executor _pool;
            public Second() => _pool = {|OFFLOOP105:new ThreadPoolExecutor()|};
            public object See() => _pool.GetSnapshot();
        }
        """);

    [Fact]
    public Task A_field_that_is_disposed_given_away_or_lives_with_the_process_is_not_reported() => Verify.IsSilentAsync<DisposalAnalyzer>(
        [],
        """
        public sealed class Disposes
        {
            private readonly ProcessPoolExecutor _pool = new();
            public ValueTask DisposeAsync() => _pool.DisposeAsync();
        }
        public sealed class DisposesAnother
        {
            private ProcessPoolExecutor? _pool = new();
            public async Task EndAsync() { if (_pool is { } pool) await pool.DisposeAsync(); }
        }
        public sealed class ShutsDown
        {
            private ProcessPoolExecutor? _pool = new();
            public Task EndAsync() => _pool?.ShutdownAsync() ?? Task.CompletedTask;
        }
        public sealed class GivesAway
        {
            private readonly ProcessPoolExecutor _pool = new();
            public Executor Pool => _pool;
        }
        public sealed class LivesWithTheProcess
        {
            private static readonly ProcessPoolExecutor s_pool = new();
            public readonly ProcessPoolExecutor Pool = new();
            public Task<int> Get() => s_pool.SubmitAsync(Twice, 1);
        }
        """);

    private const string Words = "is never disposed, so its workers";

    private const string Members = """
        public static Executor? Shared;
        public static void Keep(Executor executor) => Shared = executor;
        """;
}
