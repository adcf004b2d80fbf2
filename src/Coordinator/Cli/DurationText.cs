using System.Globalization;

namespace Offloop.Coordinator.Cli;

/// <summary>Durations as they are written on the command line: <c>250ms</c>, <c>1.5s</c>, <c>10s</c>, <c>1m</c>, <c>1h</c>.</summary>
internal static class DurationText
{
    /// <summary>The longest duration that is accepted: a bit below the limit of a timed wait (24.8 days).</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(500);

    private static readonly (string Suffix, long Ticks)[] s_units =
    [
        ("ms", TimeSpan.TicksPerMillisecond), // before "s", which it ends with
        ("s", TimeSpan.TicksPerSecond),
        ("m", TimeSpan.TicksPerMinute),
        ("h", TimeSpan.TicksPerHour),
    ];

    /// <summary>Reads a duration from 1ms to <see cref="Longest"/>.</summary>
    public static bool TryParse(string text, out TimeSpan value) =>
        TryParseOrZero(text, out value) && value >= TimeSpan.FromMilliseconds(1);

    /// <summary>Reads a duration from 0ms to <see cref="Longest"/>.</summary>
    public static bool TryParseOrZero(string text, out TimeSpan value)
    {
        value = default;
        foreach ((string suffix, long ticks) in s_units)
        {
            if (!text.EndsWith(suffix, StringComparison.Ordinal))
                continue;
            ReadOnlySpan<char> digits = text.AsSpan(0, text.Length - suffix.Length);
            if (!decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number)
                || number > (decimal)Longest.Ticks / ticks)
                return false;
            value = TimeSpan.FromTicks((long)(number * ticks));
            return true;
        }
        return false;
    }

    /// <summary>The shortest text that reads as the duration: <c>250ms</c>, <c>90s</c>, <c>1m</c>.</summary>
    public static string Write(TimeSpan value)
    {
        (string suffix, long ticks) = s_units.Last(unit => value.Ticks % unit.Ticks == 0 || unit.Suffix == "ms");
        return value == TimeSpan.Zero
            ? "0ms"
            : string.Create(CultureInfo.InvariantCulture, $"{(decimal)value.Ticks / ticks:0.####}{suffix}");
    }

    /// <summary>A duration for people: <c>200 ms</c> below a second, otherwise <c>1.5 s</c>.</summary>
    public static string Format(TimeSpan value) => value < TimeSpan.FromSeconds(1)
        ? string.Create(CultureInfo.InvariantCulture, $"{value.TotalMilliseconds:0.###} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{value.TotalSeconds:0.###} s");
}
