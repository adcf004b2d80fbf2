using Offloop.Coordinator.Live;

namespace Offloop.Tests.Live;

public class LiveFrameTests
{
    private static readonly LiveFrame s_frame = new()
    {
        Title = "process executor, fetches, 2 in flight",
        Tick = new DateTimeOffset(2026, 11, 29, 16, 8, 1, TimeSpan.Zero),
        Lags = [0.2, 3, 40, 2500],
        Ok = 1234,
        Failed = 2,
        PerSecond = 9.87,
        Snapshot = SnapshotOf(workers: 3),
        Restarts = 1,
        Failures = ["16:08:00 worker lost: crash"],
        Keys = "q ends the run",
    };

    [Fact]
    public void A_wide_terminal_shows_everything() => Assert.Equal(
        [
            "process executor, fetches, 2 in flight",
            "tick 16:08:01.000000  lag 2.5 s, max 2.5 s",
            "▁▁▄▇",
            "1,234 ok, 2 failed, 9.9/s, queue 7, restarts 1",
            "pid     state    task                                   age   done   memory",
            "100     busy     http://127.0.0.1/ #1                 12 ms     10   40 MiB",
            "101     idle                                                    10   40 MiB",
            "102     idle                                                    10   40 MiB",
            "last failures:",
            "  16:08:00 worker lost: crash",
            "q ends the run",
        ],
        s_frame.Lines(80, 24, unicode: true));

    [Fact]
    public void A_narrow_one_leaves_out_the_task() => Assert.Equal(
        "100    busy       12 ms     10   40 MiB", s_frame.Lines(40, 24, unicode: true)[5]);

    [Fact]
    public void A_low_one_counts_the_workers_that_do_not_fit_and_keeps_the_keys()
    {
        IReadOnlyList<string> lines = (s_frame with { Snapshot = SnapshotOf(workers: 50) }).Lines(80, 12, unicode: true);

        Assert.Equal(11, lines.Count);
        Assert.Equal("q ends the run", lines[^1]);
        Assert.Contains(lines, line => line.StartsWith("… and ", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_unicode_there_are_plain_letters() => Assert.Equal("..=#", s_frame.Lines(80, 24, unicode: false)[2]);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    [InlineData(10, 5)]
    [InlineData(200, 100)]
    public void It_never_exceeds_the_terminal(int width, int height)
    {
        IReadOnlyList<string> lines = s_frame.Lines(width, height, unicode: true);

        Assert.True(lines.Count < Math.Max(height, 2));
        Assert.All(lines, line => Assert.True(line.Length < Math.Max(width, 2)));
    }

    [Fact]
    public void Before_the_first_tick_there_is_little_to_show()
    {
        LiveFrame first = s_frame with { Tick = null, Lags = [], Snapshot = null, Failures = [] };

        Assert.Equal("tick -  ", first.Lines(80, 24, unicode: true)[1]);
    }

    private static ExecutorSnapshot SnapshotOf(int workers) => new()
    {
        State = ExecutorState.Open,
        StateReason = null,
        StateSince = default,
        Queued = 7,
        Running = 1,
        Succeeded = 0,
        Failed = 0,
        Cancelled = 0,
        TimedOut = 0,
        Lost = 0,
        AbandonedThreads = 0,
        Workers =
        [
            .. Enumerable.Range(0, workers).Select(number => new WorkerSnapshot
            {
                Id = number,
                ProcessId = 100 + number,
                State = number == 0 ? WorkerState.Busy : WorkerState.Idle,
                Tasks = number == 0
                    ? [new TaskSnapshot { Id = 1, Name = "http://127.0.0.1/ #1", Attempt = 1, Age = TimeSpan.FromMilliseconds(12) }]
                    : [],
                Age = TimeSpan.FromSeconds(1),
                TasksDone = 10,
                ResidentBytes = 40 << 20,
            }),
        ],
    };
}
