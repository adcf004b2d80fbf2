using System.Globalization;
using Offloop.Coordinator.Cli;
using Offloop.Coordinator.Output;

namespace Offloop.Coordinator.Comparing;

/// <summary>One of the executors that are compared.</summary>
/// <param name="Executor">Its kind.</param>
/// <param name="Workers">How many workers it has.</param>
/// <param name="ThreadsPerWorker">How many tasks each runs at once.</param>
internal sealed record Contender(ExecutorKind Executor, int Workers, int ThreadsPerWorker = 1)
{
    public string Name => ThreadsPerWorker == 1
        ? Text.Name(Executor)
        : string.Create(CultureInfo.InvariantCulture, $"process x{ThreadsPerWorker}");

    /// <summary>The class of its lines in a page.</summary>
    public string Style => ThreadsPerWorker == 1 ? Name : "shared";

    /// <summary>Those of a comparison: the last one has the fewest processes that run as many calls at once as the others.</summary>
    public static IReadOnlyList<Contender> Of(CompareVerb verb) =>
    [
        new(ExecutorKind.Inline, verb.Workers), new(ExecutorKind.Thread, verb.Workers), new(ExecutorKind.Process, verb.Workers),
        new(ExecutorKind.Process, (verb.Workers + verb.ThreadsPerWorker - 1) / verb.ThreadsPerWorker, verb.ThreadsPerWorker),
    ];
}
