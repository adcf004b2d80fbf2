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
    /// <summary>How many nodes share the workers; 0 for an executor that has none.</summary>
    public int Nodes { get; init; }

    /// <summary>What the child is told of its workers.</summary>
    public IReadOnlyList<string> Arguments => Nodes > 0
        ? [Word("--nodes", Nodes), Word("--slots", (Workers + Nodes - 1) / Nodes), "--cluster-listen=127.0.0.1:0"]
        : [Word("--workers", Workers), Word("--threads-per-worker", ThreadsPerWorker)];

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
        .. verb.NodeCount == 0 ? [] : new Contender[] { new(ExecutorKind.Cluster, verb.Workers) { Nodes = verb.NodeCount } },
    ];

    private static string Word(string option, int value) => string.Create(CultureInfo.InvariantCulture, $"{option}={value}");
}
