using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace Offloop.Hosting.Configuration;

/// <summary>Sets options from configuration: each key is the name of a property. The options can only be set as they are made, which the
/// usual binder does not do for those that check their values, and it passes over keys that nothing has.</summary>
internal static class ConfiguredOptions
{
    /// <summary>Sets the properties of options that nobody uses yet.</summary>
    /// <exception cref="InvalidOperationException">A key names no property that can be configured, or its value is wrong. The message has
    /// the whole key.</exception>
    public static void Apply(object options, IConfiguration section)
    {
        PropertyInfo[] properties =
            [.. options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(static property => IsSimple(property))];
        foreach (IConfigurationSection setting in section.GetChildren())
        {
            PropertyInfo property = Array.Find(properties, found => found.Name.Equals(setting.Key, StringComparison.OrdinalIgnoreCase))
                ?? throw new InvalidOperationException(
                    $"The setting '{setting.Path}' is unknown. {options.GetType().Name} can be configured with "
                    + $"{string.Join(", ", properties.Select(static known => known.Name).Order(StringComparer.Ordinal))}.");
            try
            {
                property.SetValue(options, ValueOf(setting, property.PropertyType));
            }
            catch (Exception error) when (error is TargetInvocationException or FormatException or ArgumentException or OverflowException)
            {
                string reason = (error.InnerException ?? error).Message;
                throw new InvalidOperationException(
                    $"The setting '{setting.Path}' is '{setting.Value}', which cannot be used: {reason}", error);
            }
        }
    }

    private static bool IsSimple(PropertyInfo property)
    {
        Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        return property.CanWrite
            && (type.IsPrimitive || type.IsEnum || type == typeof(string) || type == typeof(TimeSpan)
                || type == typeof(IReadOnlyDictionary<string, string?>) || type == typeof(FailureRecording));
    }

    /// <summary>A directory alone, or a section with a directory and bounds.</summary>
    private static FailureRecording RecordingOf(IConfigurationSection setting)
    {
        string directory = setting.Value ?? setting[nameof(FailureRecording.Directory)]
            ?? throw new FormatException("It has no Directory.");
        var recording = new FailureRecording(directory);
        Apply(recording, setting);
        return recording;
    }

    private static object? ValueOf(IConfigurationSection setting, Type property)
    {
        Type type = Nullable.GetUnderlyingType(property) ?? property;
        if (type == typeof(IReadOnlyDictionary<string, string?>))
            return setting.GetChildren().ToDictionary(static child => child.Key, static child => child.Value);
        if (type == typeof(FailureRecording))
            return RecordingOf(setting);
        if (setting.Value is not { } text)
            return property == type && type.IsValueType ? throw new FormatException("It has no value.") : null;
        if (type == typeof(TimeSpan) && text.Equals("infinite", StringComparison.OrdinalIgnoreCase))
            return Timeout.InfiniteTimeSpan;
        return type == typeof(TimeSpan)
            ? TimeSpan.Parse(text, CultureInfo.InvariantCulture)
            : TypeDescriptor.GetConverter(type).ConvertFromString(null, CultureInfo.InvariantCulture, text);
    }
}
