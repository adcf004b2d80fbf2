namespace Offloop.Tests.Nodes;

/// <summary>Nodes that come, go and vanish while work is under way.</summary>
public sealed class NodeTurnoverTests
{
    [Fact(Timeout = Waiting.Hang)]
    public async Task Nodes_join_and_leave_during_a_map_and_each_item_is_done_once_and_in_order()
    {
        const int Items = 120;
        await using var cluster = new TestCluster();
        ClusterNode first = await cluster.HostAsync(slots: 2);
        await using var point = new MeetingPoint();
        int[] runs = new int[Items];
        Task counting = CountAsync();
        HashSet<int> before = [], after = [];
        int done = 0;

        TaskMap<(int Number, int ProcessId)> map = cluster.Executor.MapAsync(
            Note, Enumerable.Range(0, Items).Select(number => point.For($"{number}")), new MapOptions { BufferSize = 8 });
        await foreach ((int number, int process) in map)
        {
            Assert.Equal(done++, number);
            (done <= 40 ? before : after).Add(process);
            switch (done)
            {
                case 40:
                    await cluster.HostAsync(slots: 2);
                    await cluster.Executor.WaitForSlotsAsync(4);
                    break;
                case 80:
                    await first.DrainAsync();
                    break;
            }
        }

        await counting;
        Assert.All(runs, static count => Assert.Equal(1, count));
        Assert.False(point.HasVisitor);
        Assert.NotEmpty(after.Except(before)); // the second node had its part
        Assert.Equal(Items, cluster.Executor.GetSnapshot().Succeeded);

        async Task CountAsync()
        {
            for (int i = 0; i < Items; i++)
                runs[int.Parse((await point.NextAsync()).Label, System.Globalization.CultureInfo.InvariantCulture)]++;
        }
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_node_killed_while_it_sends_large_items_ends_the_stream_after_those_that_came_whole()
    {
        await using var cluster = new TestCluster(nodeTimeout: 2);
        ChildProgram killed = cluster.StartProcess();
        string name = await cluster.JoinAsync(killed, slots: 1);
        int taken = 0;

        var error = await Assert.ThrowsAsync<WorkerLostException>(async () =>
        {
            await foreach (byte[] item in cluster.Executor.StreamAsync(Streams.Blocks, (200, 3_000_000)))
            {
                Assert.Equal((3_000_000, -1), (item.Length, item.AsSpan().IndexOfAnyExcept((byte)taken)));
                if (taken++ == 0)
                    killed.Kill();
            }
        });

        Assert.Equal((FailureCause.NodeLost, name), (error.Failure.Cause, error.Failure.Node));
        Assert.InRange(taken, 1, 199);
    }

    private static (int Number, int ProcessId) Note(Meeting meeting) =>
        (int.Parse(meeting.Label, System.Globalization.CultureInfo.InvariantCulture), Rendezvous.Note(meeting));
}
