using Offloop.Workers;

namespace Offloop.Tests.Workers;

/// <summary>How many workers start at a time.</summary>
public sealed class StartGateTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    private readonly ObservedClock _clock = new();
    private readonly StartGate _gate;

    public StartGateTests() => _gate = new StartGate(places: 1, s_patience, _clock);

    [Fact(Timeout = Waiting.Hang)]
    public async Task The_next_one_starts_when_one_is_ready_although_that_is_not_done()
    {
        var (first, second) = (new Start(), new Start());
        Task<int> firstPassed = first.PassAsync(_gate);
        Task<int> secondPassed = second.PassAsync(_gate);
        await first.Begun;
        Assert.False(second.Begun.IsCompleted);

        first.Ready.SetResult();
        await second.Begun;
        Assert.False(firstPassed.IsCompleted);
        first.Done.SetResult(1);
        second.Done.SetResult(2);
        int[] results = await Task.WhenAll(firstPassed, secondPassed);
        Assert.Equal([1, 2], results);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task The_next_one_starts_when_one_has_failed()
    {
        var (first, second) = (new Start(), new Start());
        Task<int> firstPassed = first.PassAsync(_gate);
        Task<int> secondPassed = second.PassAsync(_gate);
        first.Done.SetException(new InvalidOperationException("no"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => firstPassed);
        await second.Begun;
        second.Done.SetResult(2);
        Assert.Equal(2, await secondPassed);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task The_next_one_starts_when_one_takes_too_long()
    {
        var (first, second) = (new Start(), new Start());
        _ = first.PassAsync(_gate);
        _ = second.PassAsync(_gate);
        await _clock.PassAsync(s_patience);
        await second.Begun;
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task One_that_waits_for_its_turn_is_cancelled_and_never_starts()
    {
        using var cancellation = new CancellationTokenSource();
        var (first, second, third) = (new Start(), new Start(), new Start());
        _ = first.PassAsync(_gate);
        Task<int> cancelled = second.PassAsync(_gate, cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);

        _ = third.PassAsync(_gate);
        first.Ready.SetResult();
        await third.Begun;
        Assert.False(second.Begun.IsCompleted);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task The_first_one_starts_alone_and_then_as_many_as_there_are_places()
    {
        var gate = new StartGate(places: 2, s_patience, _clock);
        var (first, second, third, fourth) = (new Start(), new Start(), new Start(), new Start());
        foreach (Start start in (Start[])[first, second, third, fourth])
            _ = start.PassAsync(gate);
        Assert.Equal((true, false), (first.Begun.IsCompleted, second.Begun.IsCompleted));

        first.Ready.SetResult();
        await Task.WhenAll(second.Begun, third.Begun);
        Assert.False(fourth.Begun.IsCompleted);
        third.Ready.SetResult();
        await fourth.Begun;
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task After_a_failure_one_starts_at_a_time_and_not_before_the_pause_is_over()
    {
        var pause = TimeSpan.FromMilliseconds(100);
        var gate = new StartGate(places: 2, s_patience, _clock);
        Start[] starts = [.. Enumerable.Range(0, 4).Select(_ => new Start())];
        Task<int>[] passed = [.. starts.Select(start => start.PassAsync(gate))];

        gate.Shut(pause);
        starts[0].Done.SetException(new InvalidOperationException("no"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => passed[0]);
        Assert.False(starts[1].Begun.IsCompleted);
        await _clock.PassAsync(pause);
        await starts[1].Begun;
        starts[1].Ready.SetResult(); // its initializer may fail: the next one waits for its end
        Assert.False(starts[2].Begun.IsCompleted);

        gate.Open(); // that it has started
        starts[1].Done.SetResult(1);
        await Task.WhenAll(starts[2].Begun, starts[3].Begun);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task After_a_failure_a_start_that_takes_too_long_does_not_keep_the_next_try_waiting()
    {
        var pause = TimeSpan.FromMilliseconds(100);
        var (failed, stuck, next) = (new Start(), new Start(), new Start());
        Task<int> passed = failed.PassAsync(_gate);
        _ = stuck.PassAsync(_gate);
        _ = next.PassAsync(_gate);
        _gate.Shut(pause);
        failed.Done.SetException(new InvalidOperationException("no"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => passed);
        await _clock.PassAsync(pause);
        await stuck.Begun;
        await _clock.PassAsync(s_patience); // that of the one which failed
        await _clock.PassAsync(s_patience);
        await next.Begun;
    }

    private sealed class Start
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Begun => _begun.Task;

        public TaskCompletionSource Ready { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource<int> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<int> PassAsync(StartGate gate, CancellationToken cancellationToken = default) => gate.PassAsync(
            () =>
            {
                _begun.SetResult();
                return Done.Task;
            },
            Ready.Task,
            cancellationToken);
    }
}
