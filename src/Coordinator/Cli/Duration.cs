namespace Offloop.Coordinator.Cli;

/// <summary>A duration as an option takes it.</summary>
internal sealed record Duration(TimeSpan Time)
{
    public const string Accepted = "a duration from 1ms to 500h, such as 250ms, 10s, 1m or 1h";

    /// <summary>Reads what <see cref="DurationText"/> accepts. CommandLineParser calls it.</summary>
    public Duration(string text)
        : this(DurationText.TryParse(text, out TimeSpan time) ? time : throw new FormatException(text))
    {
    }

    public static implicit operator TimeSpan(Duration duration) => duration.Time;

    public override string ToString() => DurationText.Write(Time);
}

/// <summary>A duration that may be zero.</summary>
internal sealed record DurationOrZero(TimeSpan Time)
{
    public const string Accepted = "a duration from 0ms to 500h, such as 0ms, 200ms or 1s";

    /// <inheritdoc cref="Duration(string)"/>
    public DurationOrZero(string text)
        : this(DurationText.TryParseOrZero(text, out TimeSpan time) ? time : throw new FormatException(text))
    {
    }

    public static implicit operator TimeSpan(DurationOrZero duration) => duration.Time;

    public override string ToString() => DurationText.Write(Time);
}
