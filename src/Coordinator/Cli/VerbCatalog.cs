namespace Offloop.Coordinator.Cli;

/// <summary>All verbs of the program.</summary>
internal sealed class VerbCatalog
{
    /// <param name="verbs">Their classes; one of them is the default.</param>
    public VerbCatalog(params Type[] verbs)
    {
        All = [.. verbs.Select(static type => new VerbShape(type))];
        Default = All.Single(static shape => shape.IsDefault);
    }

    public IReadOnlyList<VerbShape> All { get; }

    /// <summary>The verb that is meant if none is named.</summary>
    public VerbShape Default { get; }
}
