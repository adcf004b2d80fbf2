using Offloop.Coordinator.Cli;
using Offloop.Coordinator.Clustering;
using Offloop.Coordinator.Comparing;
using Offloop.Coordinator.Completing;
using Offloop.Coordinator.Mapping;
using Offloop.Coordinator.Replaying;
using Offloop.Coordinator.Running;
using Offloop.Coordinator.Serving;

namespace Offloop.Coordinator;

/// <summary>The verbs, in the order of the help.</summary>
internal static class Verbs
{
    public static VerbCatalog Catalog() => new(
        new VerbShape<RunVerb>(), new VerbShape<MapVerb>(), new VerbShape<ReplayVerb>(), new VerbShape<CompareVerb>(),
        new VerbShape<WorkerVerb>(), new VerbShape<ServeVerb>(), new VerbShape<CompletionsVerb>());
}
