namespace Offloop.Coordinator.Cli;

/// <summary>What a text is that an option or an operand takes, where it is not the path of a file.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class AcceptsAttribute(string accepted) : Attribute
{
    /// <summary>Worded to follow <c>expected</c> in a sentence.</summary>
    public string Accepted { get; } = accepted;
}
