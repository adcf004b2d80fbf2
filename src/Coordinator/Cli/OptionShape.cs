using System.Collections;
using System.Reflection;
using CommandLine;

namespace Offloop.Coordinator.Cli;

/// <summary>What is known about one option, read from the property that takes it.</summary>
internal sealed class OptionShape
{
    private readonly PropertyInfo _property;

    public OptionShape(PropertyInfo property, OptionAttribute option, object verb)
    {
        _property = property;
        Name = option.LongName;
        HelpText = option.HelpText;
        Placeholder = option.MetaValue;
        IsFlag = property.PropertyType == typeof(bool);
        IsRepeatable = property.PropertyType != typeof(string) && typeof(IEnumerable).IsAssignableFrom(property.PropertyType);
        Rule = ValueRule.Of(property);
        Alone = property.GetCustomAttribute<WhenAloneAttribute>()?.Value;
        Default = property.GetCustomAttribute<WhenAbsentAttribute>()?.Meaning ?? DefaultOf(property.GetValue(verb));
    }

    /// <summary>The name without dashes.</summary>
    public string Name { get; }

    public string HelpText { get; }

    /// <summary>What stands for the value in the help, such as <c>TIME</c>.</summary>
    public string Placeholder { get; }

    /// <summary>Whether it stands alone, without a value.</summary>
    public bool IsFlag { get; }

    public bool IsRepeatable { get; }

    public ValueRule Rule { get; }

    /// <summary>Its value where it stands alone; null if it needs one.</summary>
    public string? Alone { get; }

    /// <summary>What holds if it is not given; null if there is nothing to say.</summary>
    public string? Default { get; }

    public override string ToString() => $"--{Name}";

    private string? DefaultOf(object? value) => value is null || IsFlag || IsRepeatable ? null : Rule.Write(value);
}
