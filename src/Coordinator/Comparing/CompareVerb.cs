using System.ComponentModel.DataAnnotations;
using CommandLine;
using Offloop.Coordinator.Cli;
using Offloop.Coordinator.Fetching;

namespace Offloop.Coordinator.Comparing;

/// <summary>Runs the same work through every executor, and shows where they differ.</summary>
[Verb("compare", HelpText = "run the same work inline, on threads and in processes, and show where they differ")]
internal sealed class CompareVerb : Verb
{
    private const int DefaultNodes = 2;

    [Option("executor", MetaValue = "KIND", HelpText = "cluster: compare nodes on this machine too"), WhenAbsent("the others alone")]
    public ExecutorKind? Executor { get; set; }

    [Option("nodes", MetaValue = "N", HelpText = "nodes of the cluster, among which the workers are divided"), Range(1, 64)]
    [WhenAbsent("2, with --executor cluster")]
    public int? Nodes { get; set; }

    [Option("work", MetaValue = "KIND", HelpText = "http, cpu, alloc, crash, hang or leak: what the calls do")]
    public WorkKind Work { get; set; }

    [Option("duration", MetaValue = "TIME", HelpText = "time for each executor")]
    public Duration Duration { get; set; } = new(TimeSpan.FromSeconds(10));

    [Option("workers", MetaValue = "N", HelpText = "worker processes or threads"), Range(1, 1024)]
    public int Workers { get; set; } = 2;

    [Option("threads-per-worker", MetaValue = "N", HelpText = "calls that each process of the fourth run has at once"), Range(2, 128)]
    public int ThreadsPerWorker { get; set; } = 2;

    [Option("concurrency", MetaValue = "N", HelpText = "calls in flight"), Range(1, 4096), WhenAbsent("as many as workers")]
    public int? Concurrency { get; set; }

    [Option("interval", MetaValue = "TIME", HelpText = "time between ticks")]
    public Duration Interval { get; set; } = new(TimeSpan.FromMilliseconds(100));

    [Option("timeout", MetaValue = "TIME", HelpText = "time limit of one call")]
    public Duration Timeout { get; set; } = new(TimeSpan.FromSeconds(1));

    [Option("url", MetaValue = "URL", HelpText = "URL to fetch with --work http"), WhenAbsent("a built-in slow server")]
    public IEnumerable<Uri> Urls { get; set; } = [];

    [Option("max-worker-memory", MetaValue = "SIZE", HelpText = "kill a worker process that uses more")]
    public Size MaxWorkerMemory { get; set; } = new(256 << 20);

    [Option("report", MetaValue = "FILE", HelpText = "write a page with charts, which needs no network and no scripts"), WhenAbsent("none")]
    public string? Report { get; set; }

    public override string Notes => """
        Each executor runs in a child process of its own, one after the other, so a crash ends its column and not the table.
        With --executor cluster the last column is a cluster of nodes on this machine, which take a moment to start.
        The fourth column is the process executor again, with fewer processes that run several calls each.
        With crash, every tenth call ends its process; with hang, every tenth never returns; with leak, each keeps 4 MiB for good.

        example:
          coordinator compare --work crash --duration 5s --report compare.html
        """;

    /// <summary>How many nodes are compared with the rest; 0 for none.</summary>
    public int NodeCount => Executor == ExecutorKind.Cluster ? Nodes ?? DefaultNodes : 0;

    public override void Verify()
    {
        if (Executor is { } kind and not ExecutorKind.Cluster)
            throw new UsageException($"--executor {Output.Text.Name(kind)}", "it is compared anyway; expected cluster, or nothing");
        if (Nodes is not null && Executor is null)
            throw new UsageException("--nodes", "only a cluster has it; expected --executor cluster");
        if (Urls.Any() && Work != WorkKind.Http)
            throw new UsageException("--url", "only http fetches; expected --work http");
        if (MaxWorkerMemory.Bytes == 0)
            throw new UsageException("--max-worker-memory 0", "expected a size above 0, such as 512MiB");
    }

    public override int Execute() => new Comparison(this).Execute();
}
