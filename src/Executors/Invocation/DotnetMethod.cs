namespace Offloop.Invocation;

/// <summary>Names a .NET method so that a worker finds exactly the same one. The metadata token is unique within the build that the module
/// version id names, and a worker with another build refuses it.</summary>
internal sealed record DotnetMethod
{
    public required string Assembly { get; set; }

    public required Guid ModuleVersion { get; set; }

    public required int Token { get; set; }

    /// <summary>The declaring class if it is generic; otherwise null.</summary>
    public string? ClosedDeclaringType { get; set; }

    public string[] GenericArguments { get => field ?? []; set; } // null in a message that leaves it out

    public required string ArgumentType { get; set; }

    public required string ResultType { get; set; }
}
