namespace Offloop.Tests.Workers;

/// <summary>A task writes faster than the log takes lines. It has to wait, nobody else does, and nothing piles up on either side.</summary>
public sealed class FloodTests : SupervisionTests
{
    private const int Lines = 40_000;
    private const int Letters = 2_000;
    private const long MaxGrowth = 32 << 20; // less than half of what is written

    [Theory(Timeout = Waiting.Hang)]
    [InlineData("logger")]
    [InlineData("standard output")]
    [InlineData("standard error", Explicit = true)]
    [Trait("Conformance", "I104")]
    public async Task A_flood_into_a_log_that_is_stuck_waits_grows_nothing_and_delays_nobody_else(string where)
    {
        using var log = new StuckLog(new string('x', 100));
        var pool = new ProcessPoolExecutor(Two with { LoggerFactory = log });
        await UntilAsync(pool, now => now.Workers.Count(worker => worker.ProcessId is not null) == 2, "both workers are there");
        await Task.WhenAll(Enumerable.Range(0, 20).Select(number => pool.SubmitAsync(Floods.Write, new FloodOrder("nowhere", number, 1))));
        long workers = ResidentBytes(pool);
        long heap = GC.GetTotalMemory(forceFullCollection: true);

        Task<int> flood = pool.SubmitAsync(Floods.Write, new FloodOrder(where, Lines, Letters));
        await log.Stuck;
        for (int i = 0; i < 200; i++)
            Assert.Equal(i * i, await pool.SubmitAsync(Basics.Square, i));

        Assert.False(flood.IsCompleted);
        AssertNothingGathers();
        log.LetGo();
        Assert.Equal(Lines, await flood);
        await Waiting.UntilAsync(() => log.Taken == Lines, "every line has come");
        AssertNothingGathers();
        await EndAsync(pool);

        void AssertNothingGathers()
        {
            Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - heap, long.MinValue, MaxGrowth);
            Assert.InRange(ResidentBytes(pool) - workers, long.MinValue, MaxGrowth);
        }
    }

    private static long ResidentBytes(Executor pool) => pool.GetSnapshot().Workers.Sum(worker => worker.ResidentBytes ?? 0);
}
