namespace Offloop.Coordinator.Cli;

/// <summary>All verbs of the program.</summary>
internal sealed class VerbCatalog
{
    /// <param name="verbs">The verbs in the order of the help; one of them is the default.</param>
    public VerbCatalog(params VerbShape[] verbs) => (All, Default) = (verbs, verbs.Single(static shape => shape.IsDefault));

    public IReadOnlyList<VerbShape> All { get; }

    /// <summary>The verb that is meant if none is named.</summary>
    public VerbShape Default { get; }
}
