using System.Globalization;

namespace Offloop.Coordinator.Mapping;

/// <summary>How many lines may begin in a time, as an option takes it.</summary>
/// <param name="Interval">The time between two lines.</param>
/// <param name="Text">The rate as it was written.</param>
internal sealed record Rate(TimeSpan Interval, string Text)
{
    public const string Accepted = "a rate from 1/h to 100000/s, such as 10/s, 90/m or 500/h";

    /// <summary>Reads what <see cref="TryParse"/> accepts. CommandLineParser calls it.</summary>
    public Rate(string text)
        : this(TryParse(text, out TimeSpan interval) ? interval : throw new FormatException(text), text)
    {
    }

    public static bool TryParse(string text, out TimeSpan interval)
    {
        string[] parts = text.Split('/', 2);
        TimeSpan unit = parts is [_, var name] ? UnitOf(name) : default;
        bool isNumber = decimal.TryParse(parts[0], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal count);
        interval = default;
        if (!isNumber || count < 0.0001m || count > unit.Ticks)
            return false;
        interval = TimeSpan.FromTicks((long)(unit.Ticks / count));
        return interval <= TimeSpan.FromHours(1) && interval >= TimeSpan.FromMicroseconds(10);
    }

    public override string ToString() => Text;

    private static TimeSpan UnitOf(string name) => name switch
    {
        "s" => TimeSpan.FromSeconds(1),
        "m" => TimeSpan.FromMinutes(1),
        "h" => TimeSpan.FromHours(1),
        _ => default,
    };
}

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
