using System.ComponentModel.DataAnnotations;
using CommandLine;
using Offloop.Coordinator.Cli;

namespace Offloop.Coordinator.Clustering;

/// <summary>Lets this machine work for the cluster of another process.</summary>
[Verb("worker", HelpText = "run tasks for an executor elsewhere, as a node of its cluster")]
internal sealed class WorkerVerb : NetworkVerb
{
    [Option("join", MetaValue = "HOST:PORT", HelpText = "the executor, where --executor cluster says that it listens")]
    [Accepts(NetworkPlace), WhenAbsent("found in --cluster-store")]
    public string? Join { get; set; }

    [Option("slots", MetaValue = "N", HelpText = "tasks at once, each in a worker process"), Range(1, 1024)]
    [WhenAbsent("one for each processor")]
    public int? Slots { get; set; }

    [Option("label", MetaValue = "LABEL", HelpText = "what tasks can require of a node, such as gpu"), Accepts("a label")]
    public IEnumerable<string> Labels { get; set; } = [];

    [Option("name", MetaValue = "NAME", HelpText = "what the node is called"), Accepts("a name"), WhenAbsent("machine and process")]
    public string? Name { get; set; }

    [Option("task-assembly", MetaValue = "FILE", HelpText = "where an assembly of tasks lies here, if not where map names it")]
    public IEnumerable<string> TaskAssemblies { get; set; } = [];

    [Option("listen", MetaValue = "HOST:PORT", HelpText = "where this process listens; the executor must reach it"), Accepts(NetworkPlace)]
    [WhenAbsent("127.0.0.1, any free port")]
    public string? Listen { get; set; }

    [Option("max-worker-memory", MetaValue = "SIZE", HelpText = "kill a process that uses more, such as 512MiB"), WhenAbsent("no limit")]
    public Size? MaxWorkerMemory { get; set; }

    [Option("executor-patience", MetaValue = "TIME",
        HelpText = "how long to look for an executor: at first, and with --cluster-store after each one that ends")]
    public Duration ExecutorPatience { get; set; } = new(TimeSpan.FromSeconds(30));

    [Option("attached", HelpText = "for a program that starts nodes: say nothing but what fails, and leave at once when stdin ends")]
    public bool Attached { get; set; }

    /// <summary>Where the executor is, in words.</summary>
    public string Place => Join is { } place ? $"at {place}" : $"in {Options.Network.Store}";

    protected override string ListenOption => "--listen";

    public override string Notes => """
        The executor may be started before or after. Ctrl+C or SIGTERM drains the node: it takes no more tasks, finishes those that it has
        and leaves, and nothing is lost; a second one ends it at once. What tasks print goes to stderr.

        example:
          coordinator worker --join 127.0.0.1:7411 --slots 8 --label gpu
        """;

    /// <summary>The settings of the node.</summary>
    public ClusterNodeOptions Options
    {
        get
        {
            var options = new ClusterNodeOptions
            {
                Network = NetworkOf(Listen ?? "127.0.0.1:0", Join),
                Slots = Slots ?? Environment.ProcessorCount,
                ExecutorPatience = ExecutorPatience,
                Labels = [.. Labels.SelectMany(static text => text.Split(',', StringSplitOptions.RemoveEmptyEntries))],
                LoggerFactory = Loggers,
                Pool = new ProcessPoolOptions
                {
                    TaskOutput = TaskOutput.StandardError,
                    MaxWorkerMemory = MaxWorkerMemory?.Bytes,
                },
                TaskAssemblies = [.. TaskAssemblies],
            };
            return Name is null ? options : options with { Name = Name };
        }
    }

    public override void Verify()
    {
        if (Join is null && ClusterStore is null)
            throw new UsageException("--join", $"it is missing; expected {NetworkPlace}, or --cluster-store");
        if (Join is not null && ClusterStore is not null)
            throw new UsageException("--join", "the members find each other in the --cluster-store; expected one of the two");
        if (MaxWorkerMemory is { Bytes: 0 })
            throw new UsageException("--max-worker-memory 0", "expected a size above 0, such as 512MiB");
        if (TaskAssemblies.FirstOrDefault(static path => !File.Exists(path)) is { } missing)
        {
            throw new UsageException(
                $"--task-assembly {missing}", "there is no such file; expected an assembly that was built or published");
        }
        _ = Options;
    }

    public override int Execute() => NodeRun.ExecuteAsync(this).GetAwaiter().GetResult();
}
