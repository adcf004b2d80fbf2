using Offloop.Cluster.Messages;

namespace Offloop.Tests.Messages;

public sealed class MessageLineTests
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(1);

    [Fact(Timeout = Waiting.Hang)]
    public async Task Messages_arrive_in_their_order_with_one_call_under_way()
    {
        List<int> arrived = [];
        int underWay = 0, most = 0;
        var line = new MessageLine<NodeOrder>(
            async (_, batch) =>
            {
                most = Math.Max(most, Interlocked.Increment(ref underWay));
                await Task.Yield();
                arrived.AddRange(batch.Select(static order => order.Sequence));
                Interlocked.Decrement(ref underWay);
                return true;
            },
            s_pause,
            static () => { });

        for (int i = 1; i < 2_000; i++)
            line.Send(new EndOrder(i));
        await line.SendAsync(new EndOrder(2_000));

        Assert.Equal(Enumerable.Range(1, 2_000), arrived);
        Assert.Equal(1, most);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_call_that_fails_is_repeated_with_its_number_and_its_messages()
    {
        List<(long Number, int[] Messages)> calls = [];
        var line = new MessageLine<NodeOrder>(
            (number, batch) =>
            {
                calls.Add((number, [.. batch.Select(static order => order.Sequence)]));
                return calls.Count <= 2 ? throw new TimeoutException("The answer was lost.") : Task.FromResult(true);
            },
            s_pause,
            static () => { });

        await line.SendAsync(new EndOrder(7));
        await line.SendAsync(new EndOrder(8));

        Assert.Equal([1, 1, 1, 2], calls.Select(static call => call.Number));
        Assert.All(calls[..3], static call => Assert.Equal([7], call.Messages));
        Assert.Equal([8], calls[3].Messages);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task The_line_ends_when_the_other_end_says_that_the_session_is_over()
    {
        int over = 0;
        var line = new MessageLine<NodeOrder>((_, _) => Task.FromResult(false), s_pause, () => over++);

        await Assert.ThrowsAsync<IOException>(() => line.SendAsync(new EndOrder(1)));
        await Assert.ThrowsAsync<IOException>(() => line.SendAsync(new EndOrder(2)));

        Assert.Equal(1, over);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task Closing_ends_the_repetition_of_a_call_that_fails()
    {
        var tried = new TaskCompletionSource();
        var line = new MessageLine<NodeOrder>(
            (_, _) =>
            {
                tried.TrySetResult();
                throw new IOException("There is no way.");
            },
            s_pause,
            static () => { });
        Task sent = line.SendAsync(new EndOrder(1));
        await tried.Task;

        line.Close();

        await Assert.ThrowsAsync<IOException>(() => sent);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_batch_is_closed_when_it_carries_enough()
    {
        var go = new TaskCompletionSource();
        List<int> sizes = [];
        var line = new MessageLine<NodeOrder>(
            async (_, batch) =>
            {
                await go.Task;
                sizes.Add(batch.Sum(static order => order.Bytes));
                return true;
            },
            s_pause,
            static () => { });
        Task last = Task.CompletedTask;
        for (int i = 0; i < 40; i++)
            last = line.SendAsync(new PieceOrder(new Piece(1, 40 << 18, (long)i << 18, new byte[1 << 18])));

        go.SetResult();
        await last;

        Assert.Equal(40 << 18, sizes.Sum());
        Assert.All(sizes, static size => Assert.InRange(size, 1, (1 << 20) + (1 << 18)));
    }
}
