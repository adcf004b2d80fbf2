using System.Reflection;
using CommandLine;

namespace Offloop.Coordinator.Cli;

/// <summary>What is known about one verb, read from its class.</summary>
internal sealed class VerbShape
{
    public VerbShape(Type type)
    {
        Type = type;
        Verb = (Verb)Activator.CreateInstance(type)!;
        VerbAttribute verb = type.GetCustomAttribute<VerbAttribute>()!;
        (Name, HelpText, IsDefault) = (verb.Name, verb.HelpText, verb.IsDefault);
        PropertyInfo[] properties = type.GetProperties();
        var options = new List<OptionShape>();
        // Those of the verb come before those that all verbs have.
        foreach (PropertyInfo property in properties.OrderBy(static property => -DepthOf(property.DeclaringType!)))
        {
            if (property.GetCustomAttribute<OptionAttribute>() is { } option)
                options.Add(new OptionShape(property, option, Verb));
        }
        Options = options;
        PropertyInfo? value = properties.FirstOrDefault(static property => property.IsDefined(typeof(ValueAttribute)));
        if (value is not null)
            Operand = new OperandShape(value.GetCustomAttribute<ValueAttribute>()!, ValueRule.Of(value));
    }

    public Type Type { get; }

    /// <summary>One of its kind, with the defaults.</summary>
    public Verb Verb { get; }

    public string Name { get; }

    public string HelpText { get; }

    public bool IsDefault { get; }

    public IReadOnlyList<OptionShape> Options { get; }

    /// <summary>What it takes besides options, or null.</summary>
    public OperandShape? Operand { get; }

    private static int DepthOf(Type type) => type.BaseType is { } parent ? DepthOf(parent) + 1 : 0;
}

/// <summary>The one argument of a verb that is no option. It is always required.</summary>
internal sealed record OperandShape(ValueAttribute Attribute, ValueRule Rule)
{
    public string Placeholder => Attribute.MetaName;

    public string HelpText => Attribute.HelpText;
}
