using System.Reflection;
using CommandLine;

namespace Offloop.Coordinator.Cli;

/// <summary>What is known about one verb, read from its class. Only that of the verb that runs is read in full.</summary>
internal abstract class VerbShape
{
    private readonly Lazy<Verb> _verb;
    private readonly Lazy<IReadOnlyList<OptionShape>> _options;
    private readonly Lazy<OperandShape?> _operand;

    protected VerbShape(Type type)
    {
        VerbAttribute verb = type.GetCustomAttribute<VerbAttribute>()!;
        (Name, HelpText, IsDefault) = (verb.Name, verb.HelpText, verb.IsDefault);
        _verb = new(() => (Verb)Activator.CreateInstance(type)!);
        _options = new(() => OptionsOf(type, Verb));
        _operand = new(() => OperandOf(type));
    }

    /// <summary>One of its kind, with the defaults.</summary>
    public Verb Verb => _verb.Value;

    public string Name { get; }

    public string HelpText { get; }

    public bool IsDefault { get; }

    public IReadOnlyList<OptionShape> Options => _options.Value;

    /// <summary>What it takes besides options, or null.</summary>
    public OperandShape? Operand => _operand.Value;

    /// <summary>Makes the verb of words that were checked, without its name.</summary>
    public abstract Verb Bind(Parser parser, IEnumerable<string> words);

    /// <summary>Those of the verb come before those that all verbs have.</summary>
    private static List<OptionShape> OptionsOf(Type type, Verb verb)
    {
        var options = new List<OptionShape>();
        foreach (PropertyInfo property in type.GetProperties().OrderBy(static property => -DepthOf(property.DeclaringType!)))
        {
            if (property.GetCustomAttribute<OptionAttribute>() is { } option)
                options.Add(new OptionShape(property, option, verb));
        }
        return options;
    }

    private static OperandShape? OperandOf(Type type)
    {
        PropertyInfo? value = type.GetProperties().FirstOrDefault(static property => property.IsDefined(typeof(ValueAttribute)));
        return value is null ? null : new OperandShape(value.GetCustomAttribute<ValueAttribute>()!, ValueRule.Of(value));
    }

    private static int DepthOf(Type type) => type.BaseType is { } parent ? DepthOf(parent) + 1 : 0;
}

/// <inheritdoc/>
internal sealed class VerbShape<TVerb>() : VerbShape(typeof(TVerb))
    where TVerb : Verb
{
    public override Verb Bind(Parser parser, IEnumerable<string> words)
    {
        // Not by its verbs, which it would look through again, and slowly.
        ParserResult<TVerb> result = parser.ParseArguments<TVerb>(words);
        return result.Tag == ParserResultType.Parsed
            ? result.Value
            : throw new InvalidOperationException(
                $"CommandLineParser does not understand what was checked: {string.Join(", ", result.Errors.Select(error => error.Tag))}.");
    }
}

/// <summary>The one argument of a verb that is no option. It is always required.</summary>
internal sealed record OperandShape(ValueAttribute Attribute, ValueRule Rule)
{
    public string Placeholder => Attribute.MetaName;

    public string HelpText => Attribute.HelpText;
}
