namespace Offloop.Coordinator.Mapping;

/// <summary>Lets lines through at a rate. Time that was not used is not made up for, but for what a late timer has cost.</summary>
internal sealed class Pace(TimeSpan interval, TimeProvider clock)
{
    private static readonly TimeSpan s_lateness = TimeSpan.FromMilliseconds(50);
    private readonly long _start = clock.GetTimestamp();
    private TimeSpan _next;

    /// <summary>Waits until the next line may begin.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        TimeSpan now = clock.GetElapsedTime(_start);
        TimeSpan wait = _next - now;
        if (wait > TimeSpan.FromMilliseconds(1))
            await Task.Delay(wait, clock, cancellationToken);
        _next = (_next < now - s_lateness ? now : _next) + interval;
    }
}
