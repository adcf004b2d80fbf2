using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace Offloop.Differ;

/// <summary>Describes a value by all its fields, the private ones too, and an exception by all that a caller can see of it. It knows
/// nothing of the library, which must not judge itself.</summary>
internal static class Describer
{
    private const int MaxDepth = 80;
    private static readonly HashSet<string> s_notOfType =
        [nameof(Exception.Message), nameof(Exception.StackTrace), nameof(Exception.TargetSite), nameof(Exception.Source),
         nameof(Exception.InnerException), nameof(Exception.Data), nameof(Exception.HResult), nameof(Exception.HelpLink),
         nameof(AggregateException.InnerExceptions)];

    public static string Value(object? value)
    {
        var text = new StringBuilder();
        Append(text, value, 0);
        return text.ToString();
    }

    /// <summary>Describes an exception and those in it.</summary>
    public static string Failure(Exception error)
    {
        var text = new StringBuilder();
        Append(text, error, "");
        return text.ToString();
    }

    private static void Append(StringBuilder text, Exception error, string indent)
    {
        text.Append(CultureInfo.InvariantCulture, $"{indent}{error.GetType().FullName}: {error.Message}; HResult {error.HResult:x8}");
        foreach (PropertyInfo property in error.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(static property => property.GetIndexParameters().Length == 0 && !s_notOfType.Contains(property.Name))
            .OrderBy(static property => property.Name, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"; {property.Name} {Value(property.GetValue(error))}");
        }
        foreach (DictionaryEntry entry in error.Data.Cast<DictionaryEntry>()
            .OrderBy(static entry => (string)entry.Key, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"; [{entry.Key}] {Value(entry.Value)}");
        text.AppendLine();
        foreach (Exception inner in error is AggregateException several ? several.InnerExceptions : Inner(error))
            Append(text, inner, indent + "  ");
    }

    private static IEnumerable<Exception> Inner(Exception error) => error.InnerException is { } inner ? [inner] : [];

    private static void Append(StringBuilder text, object? value, int depth)
    {
        if (depth > MaxDepth)
            throw new InvalidOperationException("The value is too deep to be described.");
        switch (value)
        {
            case null:
                text.Append("null");
                break;
            case string characters:
                text.Append('"');
                foreach (char character in characters)
                    text.Append(character is >= ' ' and < '\x7f' ? character.ToString() : $"\\u{(int)character:x4}");
                text.Append('"');
                break;
            case DateTime time:
                text.Append(CultureInfo.InvariantCulture, $"DateTime {time.Ticks} {time.Kind}");
                break;
            case double number:
                text.Append(CultureInfo.InvariantCulture, $"Double {BitConverter.DoubleToInt64Bits(number):x}");
                break;
            case float number:
                text.Append(CultureInfo.InvariantCulture, $"Single {BitConverter.SingleToInt32Bits(number):x}");
                break;
            case decimal number:
                text.Append("Decimal ").AppendJoin(',', decimal.GetBits(number));
                break;
            case TaskFailure facts: // which worker it was is no matter of the contract
                text.Append(CultureInfo.InvariantCulture, $"{facts.Cause} {facts.Phase}");
                break;
            case Enum or IFormattable and (ValueType or Uri):
                text.Append(CultureInfo.InvariantCulture, $"{value.GetType().Name} {value}");
                break;
            case Uri or Version or Type or bool:
                text.Append(CultureInfo.InvariantCulture, $"{value.GetType().Name} {value}");
                break;
            case IEnumerable items:
                text.Append(Name(value.GetType())).Append('[');
                foreach (object? item in items)
                {
                    Append(text, item, depth + 1);
                    text.Append(", ");
                }
                text.Append(']');
                break;
            default:
                AppendFields(text, value, depth);
                break;
        }
    }

    private static void AppendFields(StringBuilder text, object value, int depth)
    {
        text.Append(Name(value.GetType())).Append('{');
        for (Type? type = value.GetType(); type is not null && type != typeof(object); type = type.BaseType)
        {
            foreach (FieldInfo field in type.GetFields(
                BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            {
                text.Append(field.Name).Append(": ");
                Append(text, field.GetValue(value), depth + 1);
                text.Append(", ");
            }
        }
        text.Append('}');
    }

    private static string Name(Type type) =>
        type.IsGenericType ? $"{type.Name}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : type.Name;
}
