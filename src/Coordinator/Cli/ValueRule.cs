using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

namespace Offloop.Coordinator.Cli;

/// <summary>The values that an option accepts, in code and in words. CommandLineParser converts a text once it is accepted here; by itself
/// it would say no more than that a value is bad, and take the number 1 for the name of an enum's member.</summary>
/// <param name="Accepted">The accepted values, worded to follow <c>expected</c> in a sentence.</param>
/// <param name="Accepts">Whether a text is one of them.</param>
/// <param name="Write">The text of a value.</param>
/// <param name="Names">All accepted values, if they are few; otherwise empty.</param>
/// <param name="IsFile">Whether a value is the path of a file.</param>
internal sealed record ValueRule(
    string Accepted, Func<string, bool> Accepts, Func<object, string> Write, IReadOnlyList<string> Names, bool IsFile = false)
{
    private const string Url = "an absolute URL with http or https, such as https://example.org/";

    public static ValueRule Of(PropertyInfo property)
    {
        Type type = property.PropertyType;
        if (type.IsGenericType)
            type = type.GetGenericArguments()[0]; // of a nullable value, or of a sequence
        if (type.IsEnum)
            return OfNames(Enum.GetNames(type).Select(static name => name.ToLowerInvariant()));
        if (type == typeof(bool))
            return OfNames(["true", "false"]);
        if (type == typeof(int))
            return OfWhole(property.GetCustomAttribute<RangeAttribute>()!);
        if (type == typeof(Duration))
            return new(Duration.Accepted, static text => DurationText.TryParse(text, out _), Text, []);
        if (type == typeof(DurationOrZero))
            return new(DurationOrZero.Accepted, static text => DurationText.TryParseOrZero(text, out _), Text, []);
        if (type == typeof(Size))
            return new(Size.Accepted, static text => SizeText.TryParse(text, out _), Text, []);
        if (type == typeof(Rate))
            return new(Rate.Accepted, static text => Rate.TryParse(text, out _), Text, []);
        if (type == typeof(Uri))
            return new(Url, IsUrl, Text, []);
        string accepted = property.GetCustomAttribute<AcceptsAttribute>()?.Accepted ?? "the path of a file";
        return type == typeof(string)
            ? new(accepted, static text => text.Length > 0, Text, [], IsFile: true)
            : throw new NotSupportedException($"No option can have the type {type}.");
    }

    private static string Text(object value) => string.Create(CultureInfo.InvariantCulture, $"{value}");

    private static ValueRule OfNames(IEnumerable<string> names)
    {
        string[] all = [.. names];
        return new(Words.Or(all), all.Contains, static value => Text(value).ToLowerInvariant(), all);
    }

    private static ValueRule OfWhole(RangeAttribute range)
    {
        (int least, int most) = ((int)range.Minimum, (int)range.Maximum);
        return new(
            $"a whole number from {least} to {most}",
            text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most,
            Text, []);
    }

    private static bool IsUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? value)
        && (value.Scheme == Uri.UriSchemeHttp || value.Scheme == Uri.UriSchemeHttps)
        && value.Host.Length > 0;
}
