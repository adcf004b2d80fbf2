using Microsoft.Extensions.Time.Testing;
using Offloop.Coordinator.Ticking;

namespace Offloop.Tests.Ticking;

[Collection(OwnClock.Name)]
public class EventLoopTests
{
    private const int Limit = 10_000;

    private readonly FakeTimeProvider _clock = new();

    [Fact(Timeout = Limit)]
    public async Task What_awaits_on_the_loop_continues_on_its_thread()
    {
        var loop = new EventLoop(TimeProvider.System);
        List<string?> threads = [];

        await loop.RunOnThread(async () =>
        {
            threads.Add(Thread.CurrentThread.Name);
            await Task.Run(() => { });
            threads.Add(Thread.CurrentThread.Name);
            await loop.DelayUntil(loop.Now + TimeSpan.FromMilliseconds(1), CancellationToken.None);
            threads.Add(Thread.CurrentThread.Name);
        });

        Assert.Equal(["event loop", "event loop", "event loop"], threads);
    }

    [Fact]
    public void A_delay_ends_when_it_is_due_and_not_before()
    {
        var loop = new EventLoop(_clock);
        loop.Run(async () =>
        {
            Task delay = loop.DelayUntil(TimeSpan.FromSeconds(10), CancellationToken.None);
            _clock.Advance(TimeSpan.FromSeconds(9.9));
            await TurnAsync();
            Assert.False(delay.IsCompleted);

            _clock.Advance(TimeSpan.FromSeconds(0.1));
            await delay;
            Assert.Equal(TimeSpan.FromSeconds(10), loop.Now);
        });
    }

    [Fact]
    public void Delays_end_in_the_order_in_which_they_are_due()
    {
        var loop = new EventLoop(_clock);
        List<int> order = [];
        loop.Run(async () =>
        {
            Task all = Task.WhenAll(WaitAsync(3), WaitAsync(1), WaitAsync(2));
            _clock.Advance(TimeSpan.FromSeconds(5));
            await all;
        });

        Assert.Equal([1, 2, 3], order);

        async Task WaitAsync(int seconds)
        {
            await loop.DelayUntil(TimeSpan.FromSeconds(seconds), CancellationToken.None);
            order.Add(seconds);
        }
    }

    [Fact]
    public void A_cancelled_delay_throws()
    {
        var loop = new EventLoop(_clock);
        using var stop = new CancellationTokenSource();

        Assert.ThrowsAny<OperationCanceledException>(() => loop.Run(() =>
        {
            Task delay = loop.DelayUntil(TimeSpan.FromSeconds(1), stop.Token);
            stop.Cancel();
            return delay;
        }));
    }

    [Fact(Timeout = Limit)]
    public async Task A_post_from_another_thread_wakes_a_loop_that_waits()
    {
        var loop = new EventLoop(TimeProvider.System);
        var woken = new TaskCompletionSource();
        Task ended = loop.RunOnThread(() => woken.Task);

        loop.Post(_ => woken.SetResult(), null);

        await ended;
    }

    [Fact]
    public void What_the_main_task_throws_comes_out_of_the_loop() =>
        Assert.Throws<FormatException>(() => new EventLoop(_clock).Run(async () =>
        {
            await Task.Yield();
            throw new FormatException();
        }));

    [Fact]
    public void The_loop_leaves_the_synchronization_context_as_it_was()
    {
        SynchronizationContext? before = SynchronizationContext.Current;

        new EventLoop(_clock).Run(() => Task.CompletedTask);

        Assert.Same(before, SynchronizationContext.Current);
    }

    /// <summary>Lets the loop run everything that is ready.</summary>
    private static async Task TurnAsync()
    {
        for (int i = 0; i < 10; i++)
            await Task.Yield();
    }
}
