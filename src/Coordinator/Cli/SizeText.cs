using System.Globalization;

namespace Offloop.Coordinator.Cli;

/// <summary>Byte counts as they are written on the command line: <c>512</c>, <c>10KiB</c>, <c>1MiB</c>.</summary>
internal static class SizeText
{
    /// <summary>The largest size that is accepted.</summary>
    public const int Largest = 1 << 30;

    private static readonly (string Suffix, int Bytes)[] s_units = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("", 1)];

    /// <summary>Reads a size from 0 to <see cref="Largest"/>.</summary>
    public static bool TryParse(string text, out int value)
    {
        (string suffix, int bytes) = Array.Find(s_units, unit => text.EndsWith(unit.Suffix, StringComparison.Ordinal));
        bool isNumber = int.TryParse(
            text.AsSpan(0, text.Length - suffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int number);
        bool fits = isNumber && (long)number * bytes <= Largest;
        value = fits ? number * bytes : 0;
        return fits;
    }

    /// <summary>A size for people, in the largest unit that divides it: <c>10 KiB</c>, <c>1500 bytes</c>.</summary>
    public static string Format(int value) => value switch
    {
        > 0 when value % (1 << 20) == 0 => $"{value >> 20} MiB",
        > 0 when value % (1 << 10) == 0 => $"{value >> 10} KiB",
        _ => $"{value} bytes",
    };
}
