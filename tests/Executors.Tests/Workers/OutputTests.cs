using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Offloop.Tests.Workers;

public sealed class OutputTests : SupervisionTests
{
    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "I104")]
    public async Task Every_line_reaches_the_logger_with_its_worker_process_and_task()
    {
        await using var point = new MeetingPoint();
        using var log = new TestLog();
        var pool = new ProcessPoolExecutor(One with { LoggerFactory = log });
        int process = await pool.SubmitAsync(Basics.ProcessId);

        await pool.SubmitAsync(Standard.Say, "hello");

        string stamp = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Worker 1 (process {process}, task");
        await log.LineAsync(stamp, "standard output: out hello");
        await log.LineAsync(stamp, "standard error: err hello");
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "I104")]
    public async Task Text_without_a_line_end_belongs_to_the_task_that_wrote_it()
    {
        using var log = new TestLog();
        var pool = new ProcessPoolExecutor(One with { LoggerFactory = log });

        await pool.SubmitAsync(Standard.SayInPieces, "ä\ud83d\ude00"); // task 1
        await pool.SubmitAsync(Standard.Say, "hello"); // task 2

        await log.LineAsync("task 2) wrote to standard output: out hello");
        await log.LineAsync("task 1) wrote to standard output: ä\ud83d\ude00ä\ud83d\ude00");
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "I104")]
    public async Task A_thread_that_a_task_left_behind_still_writes_for_it()
    {
        await using var point = new MeetingPoint();
        using var log = new TestLog();
        var pool = new ProcessPoolExecutor(One with { LoggerFactory = log });

        await pool.SubmitAsync(Standard.SayLater, point.For()); // task 1
        Visitor thread = await point.NextAsync();
        Task<int> second = pool.SubmitAsync(Rendezvous.Wait, point.For()); // task 2
        Visitor running = await point.NextAsync();
        thread.LetGo();

        await log.LineAsync("task 1) wrote to standard output: later");
        running.LetGo();
        await second;
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "I104")]
    public async Task What_goes_past_the_console_or_is_the_last_word_is_not_lost()
    {
        using var log = new TestLog();
        var pool = new ProcessPoolExecutor(One with { LoggerFactory = log });

        await pool.SubmitAsync(Standard.SayRaw, "raw\n");
        await log.LineAsync("wrote to standard output: raw");
        var lost = await Assert.ThrowsAsync<WorkerLostException>(() => pool.SubmitAsync(Standard.SayAndDie, "last words"));

        await log.LineAsync("task 2) wrote to standard error: last words");
        Assert.Equal("last words", lost.Failure.StandardErrorTail);
        await EndAsync(pool);
    }

    [Theory(Timeout = Waiting.Hang)]
    [InlineData(TaskOutput.Auto, "out hello", "err hello")]
    [InlineData(TaskOutput.Inherit, "out hello", "err hello")]
    [InlineData(TaskOutput.StandardError, "", "out hello|err hello")]
    [InlineData(TaskOutput.Log, "", "")]
    [InlineData(TaskOutput.Discard, "", "")]
    [Trait("Conformance", "I104")]
    public async Task Without_a_logger_a_program_sees_what_its_tasks_write_and_which_worker_died(
        TaskOutput output, string standardOutput, string standardError)
    {
        using Process owner = PoolOwner("output", $"{output}");
        Task<string> error = owner.StandardError.ReadToEndAsync();
        string[] written = Lines(await owner.StandardOutput.ReadToEndAsync());
        await owner.WaitForExitAsync();

        Assert.Equal(Lines(standardOutput), written);
        string[] told = Lines(await error);
        Assert.Subset(told.ToHashSet(), Lines(standardError).ToHashSet());
        bool isSilent = output is TaskOutput.Log or TaskOutput.Discard;
        Assert.Equal(isSilent ? 0 : 1, told.Count(static line => line.Contains("Worker 1 (process ", StringComparison.Ordinal)
            && line.Contains("ended unexpectedly: exit code 7", StringComparison.Ordinal)));
        Assert.Equal(0, owner.ExitCode);

        static string[] Lines(string text) => text.Split(['\n', '\r', '|'], StringSplitOptions.RemoveEmptyEntries);
    }

    [Theory(Timeout = 2 * Waiting.Hang)]
    [InlineData(true)]
    [InlineData(false, Explicit = true)]
    [Trait("Conformance", "I104")]
    public async Task A_flood_neither_blocks_the_task_nor_grows_memory(bool lines)
    {
        var pool = new ProcessPoolExecutor(One with { TaskOutput = TaskOutput.Discard });
        await pool.SubmitAsync(Supervised.Flood, (1, lines));
        using var self = Process.GetCurrentProcess();
        long before = self.WorkingSet64;

        await pool.SubmitAsync(Supervised.Flood, (384, lines));

        self.Refresh();
        Assert.True(self.WorkingSet64 - before < 200 << 20, $"Resident memory grew by {(self.WorkingSet64 - before) >> 20} MiB.");
        Assert.Equal(4, await pool.SubmitAsync(Basics.Square, 2));
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_task_that_reads_its_standard_input_finds_its_end()
    {
        var pool = new ProcessPoolExecutor(One);

        Assert.Equal("", await pool.SubmitAsync(Standard.ReadInput));
        Assert.Equal(4, await pool.SubmitAsync(Basics.Square, 2));
        await EndAsync(pool);
    }

    private static Process PoolOwner(params string[] arguments) => Process.Start(
        new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "PoolOwner"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..")) },
        })!;
}
