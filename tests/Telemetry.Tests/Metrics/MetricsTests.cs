using Offloop.Tests.Support;

namespace Offloop.Tests.Metrics;

/// <summary>What is measured of every kind of executor.</summary>
public sealed class MetricsTests
{
    private const string Name = "measured";

    [Theory(Timeout = Kinds.Patience)]
    [MemberData(nameof(Kinds.All), MemberType = typeof(Kinds))]
    public async Task Each_task_counts_with_its_outcome_and_cause_and_its_times(string kind)
    {
        using var measured = new Measured();
        await using (Executor executor = Kinds.Make(kind, Name))
        {
            await executor.SubmitAsync(Basics.Square, 3);
            await Assert.ThrowsAsync<InvalidOperationException>(() => executor.SubmitAsync(Throwing.Invalid, "it fails as it should"));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => executor.SubmitAsync(Basics.Square, 3, cancellationToken: new CancellationToken(canceled: true)));
            if (kind != "inline")
            {
                var limit = new SubmitOptions { Timeout = TimeSpan.FromMilliseconds(50) };
                await Assert.ThrowsAsync<TaskTimeoutException>(() => executor.SubmitAsync(Kinds.Sleep, 200, limit));
            }
        }

        string[] ended =
        [
            .. measured.Of("offloop.executor.tasks", Name)
                .Select(static one => $"{one.Value} {one.Tags["offloop.task.outcome"]} {one.Tags.GetValueOrDefault("offloop.task.cause")}"),
        ];
        string[] expected = ["1 succeeded ", "1 failed task_exception", "1 cancelled cancellation", "1 timed_out timeout"];
        Assert.Equal(kind == "inline" ? expected[..3] : expected, ended);
        Assert.All(measured.Of("offloop.executor.tasks", Name), one => Assert.Equal(kind, one.Tags["offloop.executor.kind"]));
        int ran = kind == "inline" ? 2 : 3;
        Assert.Equal(ran, measured.Of("offloop.executor.task.wait.duration", Name).Length);
        (double Value, Dictionary<string, object?> Tags)[] runs = measured.Of("offloop.executor.task.run.duration", Name);
        Assert.Equal(ran, runs.Length);
        if (kind != "inline")
            Assert.InRange(runs[^1].Value, 0.05, 50);
    }

    [Fact(Timeout = Kinds.Patience)]
    public async Task Workers_count_with_the_way_in_which_they_ended()
    {
        using var measured = new Measured();
        await using (Executor executor = Kinds.Make("process", Name))
        {
            await Assert.ThrowsAsync<WorkerLostException>(() => executor.SubmitAsync(Crashing.Exit, 7));
            await executor.SubmitAsync(Basics.Square, 3);
            var limit = new SubmitOptions { Timeout = TimeSpan.FromMilliseconds(50) };
            await Assert.ThrowsAsync<TaskTimeoutException>(() => executor.SubmitAsync(Kinds.Sleep, -1, limit));
            await executor.SubmitAsync(Basics.Square, 3);
        }

        Assert.Equal(
            ["crash", "timeout", "left"],
            measured.Of("offloop.executor.worker.ends", Name).Select(static one => one.Tags["offloop.worker.end"]).Distinct());
        Assert.True(measured.Of("offloop.executor.worker.restarts", Name).Length >= 2);
        Assert.True(measured.Of("offloop.executor.worker.starts", Name).Length >= 3);
    }

    [Fact(Timeout = Kinds.Patience)]
    public async Task What_an_executor_is_doing_can_be_asked_until_it_is_closed()
    {
        using var measured = new Measured();
        await using (Executor executor = Kinds.Make("process", Name))
        {
            await using var point = new MeetingPoint();
            Task<int>[] tasks = [.. Enumerable.Range(0, 3).Select(_ => executor.SubmitAsync(Rendezvous.Wait, point.For()))];
            using Visitor arrived = await point.NextAsync();

            measured.Ask();
            Assert.Equal(3, Value("offloop.executor.tasks.running") + Value("offloop.executor.queue.length"));
            Assert.Equal(0, Value("offloop.executor.threads.abandoned"));
            Assert.Equal(
                1, measured.Of("offloop.executor.workers", Name).Single(static one => one.Tags["offloop.worker.state"] is "busy").Value);

            arrived.LetGo();
            for (int i = 1; i < tasks.Length; i++)
                (await point.NextAsync()).LetGo();
            await Task.WhenAll(tasks);
        }
        measured.Ask();
        Assert.Empty(measured.Instruments);

        double Value(string instrument) => measured.Of(instrument, Name).Single().Value;
    }

    /// <summary>The page is what an operator reads, so it has every instrument and attribute, and no others.</summary>
    [Fact(Timeout = Kinds.Patience)]
    public async Task The_page_about_telemetry_has_all_of_them()
    {
        using var measured = new Measured();
        List<string> instruments = [], attributes = [];
        await using (Executor executor = Kinds.Make("process", Name))
        {
            await Assert.ThrowsAsync<WorkerLostException>(() => executor.SubmitAsync(Crashing.Exit, 7));
            await executor.SubmitAsync(Basics.Square, 3);
            Note();
            measured.Ask();
            Note();
        }
        Note();

        string page = await File.ReadAllTextAsync(RepositoryFile.Path("docs", "telemetry.md"), TestContext.Current.CancellationToken);
        string[] rows = [.. page.Split('\n').Where(static line => line.StartsWith("| `offloop.", StringComparison.Ordinal))];
        Assert.Equal(
            instruments.Distinct().Order(StringComparer.Ordinal),
            rows.Select(static row => row.Split('|')).Where(static cells => cells.Length == 7)
                .Select(static cells => $"{cells[1].Trim().Trim('`')} {cells[2].Trim().Trim('`')}")
                .Where(static name => !name.StartsWith("offloop.loop", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.All(attributes.Distinct(), attribute => Assert.Contains($"`{attribute}`", page, StringComparison.Ordinal));

        void Note()
        {
            instruments.AddRange(measured.Instruments);
            attributes.AddRange(measured.Attributes);
        }
    }
}
