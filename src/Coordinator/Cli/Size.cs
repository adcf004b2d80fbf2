namespace Offloop.Coordinator.Cli;

/// <summary>A number of bytes as an option takes it.</summary>
internal sealed record Size(long Bytes)
{
    public const string Accepted = "a size from 0 to 1TiB, such as 512, 10KiB or 1MiB";

    /// <summary>Reads what <see cref="SizeText"/> accepts. CommandLineParser calls it.</summary>
    public Size(string text)
        : this(SizeText.TryParse(text, out long bytes) ? bytes : throw new FormatException(text))
    {
    }

    public override string ToString() => SizeText.Format(Bytes).Replace(" ", "", StringComparison.Ordinal);
}
