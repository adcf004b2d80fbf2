using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Offloop.Telemetry;
using Offloop.Tests.Workers;

namespace Offloop.Tests.Recording;

/// <summary>Runs that fail leave a file, and what goes wrong with the files concerns no task.</summary>
public sealed class RecordingTests : SupervisionTests, IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("offloop-recording-");

    private ProcessPoolOptions Options => One with
    {
        RecordFailures = new FailureRecording(Files),
        CancellationGrace = TimeSpan.FromMilliseconds(50),
    };

    private string Files => Path.Combine(_directory.FullName, "failures");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_task_that_threw_crashed_or_was_killed_leaves_a_file_that_its_owner_alone_reads()
    {
        var pool = new ProcessPoolExecutor(Options);
        await Assert.ThrowsAsync<InvalidOperationException>(() => pool.SubmitAsync(Throwing.Invalid, "on purpose"));
        await Assert.ThrowsAsync<WorkerLostException>(() => pool.SubmitAsync(Crashing.Exit, 7));
        await Assert.ThrowsAsync<TaskTimeoutException>(
            () => pool.SubmitAsync(Recorded.Hang, new SubmitOptions { Timeout = TimeSpan.FromMilliseconds(50) }));
        await EndAsync(pool);

        JsonElement[] records = Records();
        Assert.Equal(["System.InvalidOperationException", "Offloop.WorkerLostException", "Offloop.TaskTimeoutException"],
            records.Select(static record => record.GetProperty("failure").GetProperty("type").GetString()!));
        Assert.Equal("\"on purpose\"", records[0].GetProperty("argument").GetProperty("value").GetRawText());
        Assert.Equal("none", records[2].GetProperty("argument").GetProperty("form").GetString());
        if (OperatingSystem.IsWindows())
            return; // the directory's own rules hold there
        foreach (string path in Paths())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Files));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_run_that_is_tried_again_leaves_a_file_too()
    {
        var pool = new ProcessPoolExecutor(Options);
        int attempt = await pool.SubmitAsync(Crashing.SucceedAtAttempt, 2, new SubmitOptions { CrashRetries = 1 });
        await EndAsync(pool);

        Assert.Equal(2, attempt);
        JsonElement task = Assert.Single(Records()).GetProperty("task");
        Assert.Equal((1, true), (task.GetProperty("attempt").GetInt32(), task.GetProperty("runsAgain").GetBoolean()));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_task_that_succeeds_was_cancelled_or_never_began_leaves_none()
    {
        await using var point = new MeetingPoint();
        var pool = new ProcessPoolExecutor(Options with { QueueCapacity = 1, QueueFullMode = QueueFullMode.Reject });
        using var cancelled = new CancellationTokenSource();
        await pool.SubmitAsync(Basics.Square, 2);
        await Assert.ThrowsAsync<ExecutorException>(() => pool.SubmitAsync(PayloadTasks.IntoUnwritable, new Unwritable()));
        Task answers = pool.SubmitAsync(Rendezvous.WaitOrCancel, point.For(), cancellationToken: cancelled.Token);
        await point.NextAsync();
        Task queued = pool.SubmitAsync(Basics.Square, 3);
        await Assert.ThrowsAsync<QueueFullException>(() => pool.SubmitAsync(Basics.Square, 4));
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answers);
        await queued;
        Task shutDown = pool.SubmitAsync(Rendezvous.Wait, point.For());
        await point.NextAsync();
        await pool.ShutdownAsync(ShutdownMode.Kill);
        await Assert.ThrowsAsync<WorkerLostException>(() => shutDown);

        Assert.Empty(Records());
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task An_argument_is_recorded_as_it_was_when_its_task_failed()
    {
        const int Count = 10;
        var pool = new ProcessPoolExecutor(Options);
        for (int i = 0; i < Count; i++)
        {
            var parcel = new Parcel { To = $"{i}", Items = [.. Enumerable.Range(0, 5000)] };
            await Assert.ThrowsAsync<InvalidOperationException>(() => pool.SubmitAsync(Recorded.Refuse, parcel));
            parcel.To = "changed";
            parcel.Items.Clear();
        }
        await EndAsync(pool);

        JsonElement[] arguments = [.. Records().Select(static record => record.GetProperty("argument").GetProperty("value"))];
        Assert.Equal(Count, arguments.Length);
        Assert.Equal(
            Enumerable.Range(0, Count).Select(static i => $"{i}"),
            arguments.Select(static parcel => parcel.GetProperty("To").GetString()).Order()); // two may have the same millisecond
        Assert.All(arguments, static parcel => Assert.Equal(5000, parcel.GetProperty("Items").GetArrayLength()));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task The_application_decides_what_is_written_and_the_file_says_so()
    {
        JsonElement record = await RecordAsync(Options with
        {
            RecordFailures = new FailureRecording(Files) { Redact = Recorded.Hide },
            Environment = new Dictionary<string, string?> { ["OFFLOOP_TEST_KEY"] = "hunter2", ["OFFLOOP_TEST_OPEN"] = "open" },
        });

        Assert.Equal(
            "Offloop.SampleTasks.Recorded.Refuse hides it",
            record.GetProperty("argument").GetProperty("value").GetProperty("To").GetString());
        Assert.DoesNotContain("hunter2", record.GetRawText(), StringComparison.Ordinal);
        Assert.Equal("somebody's", record.GetProperty("task").GetProperty("name").GetString());
        Assert.Equal("open", record.GetProperty("environment").GetProperty("OFFLOOP_TEST_OPEN").GetString());
        Assert.Equal(
            ["argument", "environment:OFFLOOP_TEST_KEY", "name"],
            record.GetProperty("redacted").EnumerateArray().Select(static name => name.GetString()!).Order(StringComparer.Ordinal));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task What_a_redactor_fails_on_is_left_out_and_its_message_with_it()
    {
        var log = new TestLog();
        JsonElement record = await RecordAsync(Options with
        {
            RecordFailures = new FailureRecording(Files) { Redact = Recorded.Fail },
            LoggerFactory = log,
            Environment = new Dictionary<string, string?> { ["OFFLOOP_TEST_KEY"] = "hunter2", ["OFFLOOP_TEST_OPEN"] = "open" },
        });

        Assert.Equal("The application's Redact method threw.", record.GetProperty("argument").GetProperty("missing").GetString());
        Assert.False(record.GetProperty("argument").TryGetProperty("value", out _));
        Assert.Equal(JsonValueKind.Null, record.GetProperty("failure").ValueKind);
        Assert.DoesNotContain("Ada", record.GetRawText(), StringComparison.Ordinal);
        Assert.Equal("Offloop.SampleTasks.Recorded.Refuse", record.GetProperty("task").GetProperty("name").GetString());
        Assert.Equal("""{"OFFLOOP_TEST_OPEN":"open"}""", JsonSerializer.Serialize(record.GetProperty("environment")));
        Assert.Equal(
            ["argument", "environment:OFFLOOP_TEST_KEY", "failure", "name"],
            record.GetProperty("leftOut").EnumerateArray().Select(static name => name.GetString()!).Order(StringComparer.Ordinal));
        await log.LineAsync("Warning: The Redact method threw");
        Assert.DoesNotContain(log.Lines, static line => line.Contains("is a secret", StringComparison.Ordinal));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task An_argument_that_is_too_large_for_a_file_is_left_out_and_the_file_says_so()
    {
        var pool = new ProcessPoolExecutor(Options with { RecordFailures = new FailureRecording(Files) { MaxFileBytes = 20_000 } });
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => pool.SubmitAsync(Recorded.Refuse, new Parcel { Items = [.. Enumerable.Range(0, 10_000)] }));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => pool.SubmitAsync(Recorded.Refuse, new Parcel { To = new string('x', 19_950) }));
        await EndAsync(pool);

        JsonElement[] records = Records();
        Assert.Contains("more than the MaxFileBytes of 20000", Missing(records[0]), StringComparison.Ordinal);
        Assert.StartsWith("The file would have ", Missing(records[1]), StringComparison.Ordinal);
        Assert.All(Paths(), static path => Assert.True(new FileInfo(path).Length <= 20_000));

        static string Missing(JsonElement record) => record.GetProperty("argument").GetProperty("missing").GetString()!;
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_directory_that_cannot_be_written_to_is_told_once_and_costs_no_task()
    {
        File.WriteAllText(Files, "a file where the directory should be");
        var log = new TestLog();
        var pool = new ProcessPoolExecutor(Options with { LoggerFactory = log });
        await log.LineAsync($"Warning: Failed runs cannot be recorded in {Files} (1 times since it was told): ");
        for (int i = 0; i < 3; i++)
            await Assert.ThrowsAsync<InvalidOperationException>(() => pool.SubmitAsync(Throwing.Invalid, "on purpose"));
        Assert.Equal(9, await pool.SubmitAsync(Basics.Square, 3));
        await EndAsync(pool);

        // At once when the pool starts, and once more when it ends, with the number of those that were not told before.
        string[] told = [.. log.Lines.Where(static line => line.Contains("cannot be recorded", StringComparison.Ordinal))];
        Assert.Equal(2, told.Length);
        Assert.Contains("(3 times since it was told)", told[1], StringComparison.Ordinal);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_logger_that_throws_ends_neither_the_recorder_nor_the_pool_s_end()
    {
        File.WriteAllText(Files, "a file where the directory should be");
        var log = new ThrowingLog();
        string name = _directory.Name;
        var pool = new ProcessPoolExecutor(Options with { Name = name, LoggerFactory = log });
        await Waiting.UntilAsync(() => log.Heard.Contains(35), "the directory is told to be of no use");
        File.Delete(Files);

        await Assert.ThrowsAsync<InvalidOperationException>(() => pool.SubmitAsync(Throwing.Invalid, "on purpose"));
        await EndAsync(pool);

        Assert.Single(Records());
        Assert.Equal([35, 38], log.Heard); // the run was not counted as one that was not recorded
        Assert.DoesNotContain(ObservedExecutors.All, observed => observed.Name == name);
    }

    private async Task<JsonElement> RecordAsync(ProcessPoolOptions options)
    {
        var pool = new ProcessPoolExecutor(options);
        var parcel = new Parcel { To = "Ada", Items = [1] };
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => pool.SubmitAsync(Recorded.Refuse, parcel, new SubmitOptions { Name = "Ada's" }));
        await EndAsync(pool);
        return Assert.Single(Records());
    }

    private string[] Paths() => Directory.Exists(Files) ? [.. Directory.GetFiles(Files).Order(StringComparer.Ordinal)] : [];

    private JsonElement[] Records() => [.. Paths().Select(static path => JsonElement.Parse(File.ReadAllText(path)))];

    /// <summary>Throws at each line of the recorder, and remembers its number.</summary>
    private sealed class ThrowingLog : ILoggerFactory, ILogger
    {
        public ConcurrentQueue<int> Heard { get; } = new();

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Id is < 35 or > 39)
                return;
            Heard.Enqueue(eventId.Id);
            throw new InvalidOperationException("The logger threw.");
        }

        public void Dispose()
        {
        }
    }
}
