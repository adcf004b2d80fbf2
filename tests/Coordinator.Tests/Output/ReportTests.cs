using Offloop.Coordinator.Fetching;
using Offloop.Coordinator.Output;
using Offloop.Coordinator.Running;
using Offloop.Coordinator.Statistics;
using Offloop.Coordinator.Stopping;
using Offloop.Coordinator.Ticking;

namespace Offloop.Tests.Output;

public class ReportTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private readonly StopSignal _stop = new();

    [Fact]
    public void After_the_close_nothing_is_written_or_counted()
    {
        var output = new Recording();
        Report report = ReportTo(output);
        report.Tick(TimeSpan.Zero, s_second);
        report.Close(s_second);

        report.Tick(s_second, s_second);
        report.Fetch(new FetchResult("http://a.example/", 200, 1, s_second, ProcessId: 1));

        Assert.Equal(["tick"], output.Written);
        Assert.Equal((1, 0), (report.Close(s_second).TicksPrinted, report.Close(s_second).FetchesOk));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_write_that_hangs_does_not_keep_the_report_from_being_closed()
    {
        using var reached = new ManualResetEventSlim();
        using var released = new ManualResetEventSlim();
        Report report = ReportTo(new Recording(() =>
        {
            reached.Set();
            released.Wait();
        }));
        Task hanging = Task.Run(() => report.Tick(TimeSpan.Zero, s_second));
        reached.Wait(TestContext.Current.CancellationToken);

        Assert.Equal(1, report.Close(s_second).TicksPrinted);

        released.Set();
        await hanging;
    }

    [Fact]
    public async Task A_closed_stdout_ends_the_run()
    {
        ReportTo(new Recording(() => throw new ClosedOutputException())).Tick(TimeSpan.Zero, s_second);

        Assert.Equal(StopReason.OutputClosed, await _stop.Reason);
    }

    [Fact]
    public async Task A_stdout_that_cannot_be_written_ends_the_run_with_the_reason()
    {
        ReportTo(new Recording(() => throw new IOException("No space left on device"))).Tick(TimeSpan.Zero, s_second);

        Assert.Equal(StopReason.Failed, await _stop.Reason);
        Assert.Equal("stdout could not be written: No space left on device", _stop.Problem);
    }

    private Report ReportTo(RunOutput output) =>
        new(new RunVerb().Setup, new TickSchedule(s_second, End: 10 * s_second), output, _stop, TimeProvider.System);

    /// <summary>Notes each write, and then does whatever the test wants to happen in it.</summary>
    private sealed class Recording(Action? write = null) : RunOutput(verbose: false)
    {
        public List<string> Written { get; } = [];

        public override void Tick(DateTimeOffset time, TimeSpan lag) => Write("tick");

        public override void Fetch(long number, FetchResult result, bool isNews) => Write("fetch");

        public override void Summary(RunSummary summary) => Write("summary");

        private void Write(string what)
        {
            Written.Add(what);
            write?.Invoke();
        }
    }
}
