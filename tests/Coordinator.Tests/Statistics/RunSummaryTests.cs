using Offloop.Coordinator.Fetching;
using Offloop.Coordinator.Output;
using Offloop.Coordinator.Running;
using Offloop.Coordinator.Statistics;
using Offloop.Coordinator.Ticking;

namespace Offloop.Tests.Statistics;

public class RunSummaryTests
{
    private static readonly TimeSpan s_end = TimeSpan.FromSeconds(10);

    private readonly TickStatistics _ticks = new(new TickSchedule(TimeSpan.FromSeconds(1), s_end));
    private readonly FetchStatistics _fetches = new();

    [Fact]
    public void A_tick_that_never_came_counts_with_the_time_by_which_it_is_overdue()
    {
        _ticks.Add(TimeSpan.FromMilliseconds(2), nextDue: TimeSpan.FromSeconds(1));

        Assert.Equal(
            """
            ticks: 1 of 10, lag p50 2.0 ms, max 9000.0 ms
            fetches: 0 ok, 0 failed, 0.0 per second
            event loop: BLOCKED for 9.0 s

            """,
            Summarize(),
            ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void A_free_run_says_so()
    {
        for (int n = 0; n < 10; n++)
            _ticks.Add(TimeSpan.FromMilliseconds(n), nextDue: TimeSpan.FromSeconds(n + 1));
        _fetches.Add(Fetched(milliseconds: 200));
        _fetches.Add(Fetched(milliseconds: 210));

        Assert.Equal(
            """
            ticks: 10 of 10, lag p50 4.0 ms, max 9.0 ms
            fetches: 2 ok, 0 failed, 0.2 per second, latency p50 200.7 ms, p99 210.0 ms
            event loop: free

            """,
            Summarize(),
            ignoreLineEndingDifferences: true);
    }

    [Theory]
    [InlineData(99, false)]
    [InlineData(100, true)]
    public void The_99th_percentile_of_the_lag_is_left_out_below_a_hundred_ticks(int ticks, bool told)
    {
        for (int n = 0; n < ticks; n++)
            _ticks.Add(TimeSpan.FromMilliseconds(1), nextDue: s_end);

        Assert.Equal(told, Summarize().Split('\n')[0].Contains("p99", StringComparison.Ordinal));
    }

    [Fact]
    public void A_failure_is_news_the_first_time_and_counted_from_then_on()
    {
        Assert.True(_fetches.Add(Failed("timeout")));
        Assert.True(_fetches.Add(Failed("status 500")));
        Assert.False(_fetches.Add(Failed("status 500")));

        Assert.Contains("failures: status 500 2, timeout 1", Summarize(), StringComparison.Ordinal);
    }

    private static FetchResult Fetched(int milliseconds) =>
        new("http://a.example/", 200, 10, TimeSpan.FromMilliseconds(milliseconds), ProcessId: 1);

    private static FetchResult Failed(string kind) =>
        new("http://a.example/", null, 0, TimeSpan.Zero, ProcessId: 1, FetchFailure.Of(kind, "http://a.example/", "why"));

    private string Summarize() => Text.Of(RunSummary.Of(_ticks, _fetches, s_end, new RunVerb().Setup));
}
