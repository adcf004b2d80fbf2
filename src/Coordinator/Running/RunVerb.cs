using System.ComponentModel.DataAnnotations;
using CommandLine;
using Microsoft.Extensions.Logging;
using Offloop.Coordinator.Cli;
using Offloop.Coordinator.Clustering;
using Offloop.Coordinator.Fetching;
using Offloop.Coordinator.Output;
using Offloop.Coordinator.Showing;
using Offloop.Coordinator.Statistics;

namespace Offloop.Coordinator.Running;

/// <summary>Runs the demonstration: a ticker beside blocking fetches.</summary>
[Verb("run", isDefault: true, HelpText = "fetch in an endless loop, and print the time at every tick")]
internal sealed class RunVerb : ShownVerb
{
    private const int DefaultWorkers = 2;
    private const int MostInFlight = 4096;

    /// <summary>The fetches in flight where nobody can tell how many slots the nodes will bring.</summary>
    private const int ForJoiners = 16;

    [Option("executor", MetaValue = "KIND", HelpText = "process, thread, inline or cluster: where the fetches run")]
    public ExecutorKind Executor { get; set; }

    [Option("workers", MetaValue = "N", HelpText = "worker processes or threads"), Range(1, 1024), WhenAbsent("2")]
    public int? Workers { get; set; }

    [Option("threads-per-worker", MetaValue = "N", HelpText = "fetches that each worker process runs at once"), Range(1, 128)]
    public int ThreadsPerWorker { get; set; } = 1;

    [Option("concurrency", MetaValue = "N", HelpText = "fetches in flight"), Range(1, MostInFlight)]
    [WhenAbsent("as many as can run at once; 16 where nodes join")]
    public int? Concurrency { get; set; }

    [Option("work", MetaValue = "KIND", HelpText = "http, cpu, alloc, crash, hang or leak: what the calls do; the others fetch nothing")]
    public WorkKind Work { get; set; }

    [Option("url", MetaValue = "URL", HelpText = "URL to fetch; several are fetched in turn"), WhenAbsent("a built-in slow server")]
    public IEnumerable<Uri> Urls { get; set; } = [];

    [Option("duration", MetaValue = "TIME", HelpText = "end after this time"), WhenAbsent("run until Ctrl+C")]
    public Duration? Duration { get; set; }

    [Option("count", MetaValue = "N", HelpText = "end after N fetches"), Range(1, 1_000_000_000), WhenAbsent("no limit")]
    public int? Count { get; set; }

    [Option("interval", MetaValue = "TIME", HelpText = "time between ticks")]
    public Duration Interval { get; set; } = new(TimeSpan.FromSeconds(1));

    [Option("timeout", MetaValue = "TIME", HelpText = "time limit of one fetch")]
    public Duration Timeout { get; set; } = new(TimeSpan.FromSeconds(30));

    [Option("max-worker-memory", MetaValue = "SIZE", HelpText = "kill a process that uses more, such as 512MiB"), WhenAbsent("no limit")]
    public Size? MaxWorkerMemory { get; set; }

    [Option("live", HelpText = "show the loop and the workers in the terminal, without what tasks print; q ends the run when its fetches "
        + "have ended, and q again at once")]
    public bool Live { get; set; }

    [Option("format", MetaValue = "FORMAT", HelpText = "text (ticks only) or json (one object per line)")]
    public OutputFormat Format { get; set; }

    [Option("verbose", HelpText = "report every fetch, and log warnings")]
    public bool Verbose { get; set; }

    public override string Notes => """
        Ticks and JSON go to stdout; the header, failures and the summary go to stderr. With json the summary is the last line of stdout.

        examples:
          coordinator --duration 10s                        ten ticks, one second apart: the loop is free
          coordinator --executor inline --duration 10s      one tick: the first fetch blocks the loop
          coordinator --workers 4 --threads-per-worker 16   64 fetches at once in 4 processes
          coordinator --url https://example.org/ --workers 4 --count 100 --format json
        """;

    /// <summary>The most fetches that are in flight at a time.</summary>
    public int InFlight => Concurrency ?? (Executor != ExecutorKind.Cluster ? WorkerCount * ThreadsPerWorker
        : Nodes > 0 ? Math.Min(WorkerCount * SlotsPerNode, MostInFlight)
        : ForJoiners);

    /// <summary>How many workers there are, or nodes that this run has started.</summary>
    public int WorkerCount => Executor == ExecutorKind.Cluster ? Nodes ?? 0 : Workers ?? DefaultWorkers;

    public RunSetup Setup => new(Executor, WorkerCount, ThreadsPerWorker, InFlight, Work, Interval) { SlotsPerNode = SlotsPerNode };

    /// <summary>When the run ends; <see cref="TimeSpan.MaxValue"/> if it has no end.</summary>
    public TimeSpan End => Duration?.Time ?? TimeSpan.MaxValue;

    protected override LogLevel Threshold => Verbose && LogLevel > LogLevel.Warning ? LogLevel.Warning : LogLevel;

    public override void Verify()
    {
        Executors.RequireProcesses(Executor, ThreadsPerWorker);
        VerifyCluster(
            Executor, Workers is not null ? "--workers" : MaxWorkerMemory is not null ? "--max-worker-memory" : null);
        if (Urls.Any() && Work != WorkKind.Http)
            throw new UsageException("--url", "only http fetches; expected --work http");
        if (Live && Console.IsErrorRedirected)
            throw new UsageException("--live", "stderr is no terminal; expected one");
        if (Live && (Verbose || LogLevel != LogLevel.None))
            throw new UsageException("--live", "lines of a log would tear the view; expected neither --verbose nor --log-level");
    }

    public override int Execute() => DashboardServer.TryOpen(Dashboard) ? new FetchRun(this).Execute() : ExitCode.Failed;
}
