using Microsoft.Extensions.Logging;
using Offloop.Cluster.Messages;
using Offloop.Cluster.Nodes;

namespace Offloop.Tests.Nodes;

public sealed class LogLineTests
{
    /// <summary>Regression: a task that logs in a loop filled the memory of its node while the executor was slow.</summary>
    [Fact(Timeout = Waiting.Hang)]
    public async Task Lines_that_the_executor_does_not_take_are_left_out_and_counted_and_an_end_passes_them()
    {
        var going = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        List<NodeReport> arrived = [];
        var messages = new MessageLine<NodeReport>(
            async (_, batch) =>
            {
                await going.Task;
                lock (arrived)
                    arrived.AddRange(batch);
                return true;
            },
            TimeSpan.FromMilliseconds(1),
            static () => { });
        var reports = new TaskLine<NodeReport>(messages, messages, static piece => new PieceReport(piece));
        var log = new LogLine(reports);
        string line = new('x', 32 << 10);
        int taken = LogLine.MostCharacters / line.Length;

        for (int i = 0; i < 10 * taken; i++)
            log.Send(1, LogLevel.Information, line);
        log.Send(2, LogLevel.Information, "of another task");
        log.End(1);
        reports.Send(1, new GivenBackReport(1));
        going.SetResult();
        await UntilAsync(static all => all is [.., GivenBackReport]);

        Assert.Equal(taken + 2, arrived.Count);
        Assert.Equal(
            $"{9 * taken} lines are left out here: the executor has not taken the log as fast as it was written.",
            Assert.IsType<LogReport>(arrived[^2]).Text);

        await Waiting.UntilAsync(
            () =>
            {
                log.Send(2, LogLevel.Information, "again"); // the room comes with the answer, a moment later
                lock (arrived)
                    return arrived[^1] is LogReport { Text: "again" };
            },
            "lines are taken again");
        Assert.StartsWith("1 line", Assert.IsType<LogReport>(arrived[taken + 2]).Text, StringComparison.Ordinal);

        Task UntilAsync(Func<List<NodeReport>, bool> holds) => Waiting.UntilAsync(
            () =>
            {
                lock (arrived)
                    return holds(arrived);
            },
            "all has arrived");
    }
}
