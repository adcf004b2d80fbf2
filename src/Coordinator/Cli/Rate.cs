using System.Globalization;

namespace Offloop.Coordinator.Cli;

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
