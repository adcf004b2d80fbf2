using System.Globalization;

namespace Offloop.Coordinator.Cli;

/// <summary>Byte counts as they are written on the command line: <c>512</c>, <c>10KiB</c>, <c>1MiB</c>.</summary>
internal static class SizeText
{
    /// <summary>The largest size that is accepted.</summary>
    public const long Largest = 1L << 40;

    private static readonly (string Suffix, long Bytes)[] s_units =
        [("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40), ("", 1)];

    /// <summary>Reads a size from 0 to <see cref="Largest"/>.</summary>
    public static bool TryParse(string text, out long value)
    {
        (string suffix, long bytes) = Array.Find(s_units, unit => text.EndsWith(unit.Suffix, StringComparison.Ordinal));
        bool isNumber = long.TryParse(
            text.AsSpan(0, text.Length - suffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out long number);
        bool fits = isNumber && number <= Largest / bytes;
        value = fits ? number * bytes : 0;
        return fits;
    }

    /// <summary>A size for people, in the largest unit that divides it: <c>10 KiB</c>, <c>1500 bytes</c>.</summary>
    public static string Format(long value) => value switch
    {
        > 0 when value % (1 << 20) == 0 => $"{value >> 20} MiB",
        > 0 when value % (1 << 10) == 0 => $"{value >> 10} KiB",
        _ => $"{value} bytes",
    };
}
