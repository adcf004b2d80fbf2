using System.Diagnostics;

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

    [Theory(Timeout = 2 * Waiting.Hang)]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Conformance", "I104")]
    public async Task A_flood_of_a_gigabyte_neither_blocks_the_task_nor_grows_memory(bool lines)
    {
        var pool = new ProcessPoolExecutor(One);
        await pool.SubmitAsync(Supervised.Flood, (1, lines));
        using var self = Process.GetCurrentProcess();
        long before = self.WorkingSet64;

        await pool.SubmitAsync(Supervised.Flood, (1024, lines));

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
}
