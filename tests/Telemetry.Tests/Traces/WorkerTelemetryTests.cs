using System.Diagnostics;
using Offloop.Tests.Support;

namespace Offloop.Tests.Traces;

/// <summary>The method that makes what exports a worker's telemetry.</summary>
public sealed class WorkerTelemetryTests
{
    [Fact(Timeout = Kinds.Patience)]
    public async Task It_comes_before_the_initializer_and_is_disposed_as_the_worker_leaves()
    {
        string file = Path.GetTempFileName();
        Environment.SetEnvironmentVariable("TELEMETRY_TEST_FILE", file);
        await using (var pool = new ProcessPoolExecutor(new ProcessPoolOptions
        {
            MaxWorkers = 1,
            WorkerTelemetry = Recorder.Make,
            Initializer = WorkerInitializer.Create(Write, "initialized"),
        }))
        {
            using var traced = new Traced();
            using Activity request = Traced.Own.StartActivity("request")!;
            await pool.SubmitAsync(Write, "task");
        }

        string[] lines = await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken);
        File.Delete(file);
        Assert.Equal(
            ["made", "initialized", "task", "span run Offloop.Tests.Traces.WorkerTelemetryTests.Write True", "disposed"], lines);
    }

    [Fact(Timeout = Kinds.Patience)]
    public async Task One_that_throws_keeps_the_worker_from_starting_and_is_named()
    {
        await using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MaxWorkers = 1, WorkerTelemetry = Fail });
        var error = await Assert.ThrowsAsync<BrokenExecutorException>(() => pool.SubmitAsync(Basics.Square, 3));
        Assert.Contains("WorkerTelemetry method", error.Message, StringComparison.Ordinal);
        Assert.Contains("no collector", error.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Kinds.Patience)]
    public async Task One_whose_export_hangs_or_throws_holds_nobody_up()
    {
        foreach (Func<IDisposable?> make in (Func<IDisposable?>[])[Hang, FailAtEnd, Nothing])
        {
            using var ended = new Measured();
            var options = new ProcessPoolOptions { MaxWorkers = 1, WorkerTelemetry = make, Name = "hung" };
            await using (var pool = new ProcessPoolExecutor(options))
                Assert.Equal(9, await pool.SubmitAsync(Basics.Square, 3));
            Assert.Equal("left", Assert.Single(ended.Of("offloop.executor.worker.ends", "hung")).Tags["offloop.worker.end"]);
        }
    }

    [Fact]
    public void It_is_refused_for_a_program_in_another_language()
    {
        var options = new ProcessPoolOptions { Command = new WorkerCommand("python3"), WorkerTelemetry = Nothing };
        var error = Assert.Throws<ArgumentException>(() => new ProcessPoolExecutor(options));
        Assert.Contains("WorkerTelemetry", error.Message, StringComparison.Ordinal);
    }

    private static IDisposable? Nothing() => null;

    private static IDisposable? Fail() => throw new InvalidOperationException("no collector");

    private static AtEnd Hang() => new AtEnd(static () => Thread.Sleep(Timeout.Infinite));

    private static AtEnd FailAtEnd() => new AtEnd(static () => throw new InvalidOperationException("the collector is gone"));

    private static void Write(string line) =>
        File.AppendAllText(Environment.GetEnvironmentVariable("TELEMETRY_TEST_FILE")!, line + Environment.NewLine);

    private sealed class AtEnd(Action action) : IDisposable
    {
        public void Dispose() => action();
    }

    /// <summary>Writes down what it hears, in the worker.</summary>
    private sealed class Recorder : IDisposable
    {
        private readonly ActivityListener _listener = new()
        {
            ShouldListenTo = static source => source.Name == "Offloop.Executors",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = static span => Write($"span {span.OperationName} {span.ParentSpanId != default}"),
        };

        private Recorder() => ActivitySource.AddActivityListener(_listener);

        public static Recorder Make()
        {
            Write("made");
            return new Recorder();
        }

        public void Dispose()
        {
            _listener.Dispose();
            Write("disposed");
        }
    }
}
