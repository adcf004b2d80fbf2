using System.Collections;
using System.Globalization;
using System.Reflection;

namespace Offloop.Surroundings;

/// <summary>Whether a culture can travel. Only its name does, so a culture whose formats were changed would lose them.</summary>
internal static class CultureRules
{
    // Frozen cultures that are known to be as their name says. A program has few.
    private static volatile CultureInfo[] s_known = [];

    /// <summary>Throws <see cref="InvalidOperationException"/> if the culture is not the one that its name stands for.</summary>
    public static void Require(CultureInfo culture)
    {
        foreach (CultureInfo known in s_known)
        {
            if (ReferenceEquals(known, culture))
                return;
        }
        // Most cultures are of the system. They are as their names say, and to look at all their properties makes a first submit slow.
        if (!IsOfSystem(culture) && ChangedPart(culture) is { } part)
        {
            throw new InvalidOperationException(
                $"The current culture '{culture.Name}' has a {part} that was changed. A task gets its culture by name and would not have "
                + "that. Set a culture that was not changed before you submit, and pass formats in the argument.");
        }
        if (culture.IsReadOnly && s_known.Length < 64)
            s_known = [.. s_known, culture];
    }

    private static bool IsOfSystem(CultureInfo culture) =>
        culture.IsReadOnly
        && (ReferenceEquals(culture, CleanContext.SystemCulture) || ReferenceEquals(culture, CultureInfo.GetCultureInfo(culture.Name)));

    private static string? ChangedPart(CultureInfo culture)
    {
        var original = new CultureInfo(culture.Name, culture.UseUserOverride);
        return ChangedPart(culture.NumberFormat, original.NumberFormat)
            ?? ChangedPart(culture.DateTimeFormat, original.DateTimeFormat)
            ?? (culture.TextInfo.ListSeparator != original.TextInfo.ListSeparator ? nameof(TextInfo.ListSeparator) : null);
    }

    private static string? ChangedPart<T>(T format, T original)
        where T : class
    {
        foreach (PropertyInfo property in typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            // A copy that can be changed and one that cannot are the same culture.
            if (property.Name != nameof(NumberFormatInfo.IsReadOnly)
                && !AreEqual(property.GetValue(format), property.GetValue(original)))
                return property.Name;
        }
        return null;
    }

    private static bool AreEqual(object? value, object? original) => (value, original) switch
    {
        (Array one, Array other) => StructuralComparisons.StructuralEqualityComparer.Equals(one, other),
        (Calendar one, Calendar other) => one.GetType() == other.GetType(),
        _ => Equals(value, original),
    };
}
