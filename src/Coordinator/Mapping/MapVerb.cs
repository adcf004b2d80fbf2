using System.ComponentModel.DataAnnotations;
using CommandLine;
using Offloop.Coordinator.Cli;
using Offloop.Coordinator.Clustering;

namespace Offloop.Coordinator.Mapping;

/// <summary>Runs a task over the lines of an input.</summary>
[Verb("map", HelpText = "run a task for each line of a file or of stdin, and write a line of JSON for each")]
internal sealed class MapVerb : ShownVerb
{
    [Value(0, MetaName = "TASK", HelpText = "http-get, or path/to/Assembly.dll:Namespace.Type.Method: any public static method with one "
        + "argument, sync or async, with or without a TaskContext or CancellationToken after it")]
    [Accepts(TaskAddress.Accepted)]
    public string Task { get; set; } = "";

    [Option("input", MetaValue = "FILE", HelpText = "the lines, in UTF-8"), WhenAbsent("stdin")]
    public string? Input { get; set; }

    [Option("input-format", MetaValue = "FORMAT", HelpText = "lines (each is the argument, a string), json (each is the argument's JSON), "
        + "or auto (lines if the task takes a string)")]
    public InputFormat InputFormat { get; set; }

    [Option("output", MetaValue = "FILE", HelpText = "where the results go"), WhenAbsent("stdout")]
    public string? Output { get; set; }

    [Option("resume", HelpText = "go on with an output that an earlier run has left")]
    public bool Resume { get; set; }

    [Option("executor", MetaValue = "KIND", HelpText = "process, thread, inline or cluster: where the tasks run")]
    public ExecutorKind Executor { get; set; }

    [Option("workers", MetaValue = "N", HelpText = "worker processes or threads"), Range(1, 1024), WhenAbsent("one for each processor")]
    public int? Workers { get; set; }

    [Option("threads-per-worker", MetaValue = "N", HelpText = "lines that each worker process works on at once"), Range(1, 128)]
    public int ThreadsPerWorker { get; set; } = 1;

    [Option("timeout", MetaValue = "TIME", HelpText = "time limit of a line; a process that overruns it is killed"), WhenAbsent("none")]
    public Duration? Timeout { get; set; }

    [Option("crash-retries", MetaValue = "N", HelpText = "how often a line is tried again after its process died"), Range(0, 1000)]
    public int CrashRetries { get; set; }

    [Option("max-worker-memory", MetaValue = "SIZE", HelpText = "kill a process that uses more, such as 512MiB"), WhenAbsent("no limit")]
    public Size? MaxWorkerMemory { get; set; }

    [Option("max-tasks-per-worker", MetaValue = "N", HelpText = "replace a process after N lines"), Range(1, 1_000_000_000)]
    [WhenAbsent("no limit")]
    public int? MaxTasksPerWorker { get; set; }

    [Option("ordered", HelpText = "write results in the order of the lines")]
    public bool Ordered { get; set; }

    [Option("unordered", HelpText = "write results as they are done, which is the default")]
    public bool Unordered { get; set; }

    [Option("fail-fast", HelpText = "stop at the first line that fails")]
    public bool FailFast { get; set; }

    [Option("max-failures", MetaValue = "N", HelpText = "stop when N lines have failed"), Range(1, 1_000_000_000), WhenAbsent("no limit")]
    public int? MaxFailures { get; set; }

    [Option("rate", MetaValue = "RATE", HelpText = "begin no more lines than this, such as 10/s, 90/m or 500/h"), WhenAbsent("no limit")]
    public Rate? Rate { get; set; }

    [Option("no-progress", HelpText = "show no progress on stderr")]
    public bool NoProgress { get; set; }

    /// <summary>The failure that ends the map; <see cref="long.MaxValue"/> if none does.</summary>
    public long LastFailure => FailFast ? 1 : MaxFailures ?? long.MaxValue;

    public override string Notes => """
        Each line of the output tells of one line of the input, counted from 0:
          {"index":7,"ok":true,"result":…,"attempt":1,"ms":0.2,"workerPid":123}
          {"index":8,"ok":false,"error":{"type":…,"message":…},"cause":"Timeout","phase":"Running","attempt":1,"workerPid":124}

        With --output FILE, whatever ends a run, the same command with --resume goes on. A line that FILE tells of is not run again, and
        that is so for failed ones too: to have them tried again, remove their lines ("ok":false) from FILE before. A line whose task had
        ended and that was not written yet is run again, so tasks should bear it. FILE.resume tells which task and input FILE is of.

        examples:
          coordinator map http-get --input urls.txt --output answers.jsonl --timeout 10s --workers 8
          seq 1 1000 | coordinator map Shop.dll:Shop.Prices.Update --rate 50/s > results.jsonl
        """;

    public override void Verify()
    {
        Refuse(Resume && Output is null, "--resume", "there is no output to go on with; expected --output FILE too");
        Refuse(Ordered && Unordered, "--ordered --unordered", "expected one of them");
        Refuse(FailFast && MaxFailures is not null, "--fail-fast --max-failures", "expected one of them");
        Refuse(MaxWorkerMemory is { Bytes: 0 }, "--max-worker-memory 0", "expected a size above 0, such as 512MiB");
        Refuse(
            Input is not null && Output is not null && Path.GetFullPath(Input) == Path.GetFullPath(Output), $"--output {Output}",
            "it is the input; expected another file");
        string? needsProcess = MaxWorkerMemory is not null ? "--max-worker-memory"
            : ThreadsPerWorker > 1 ? "--threads-per-worker"
            : MaxTasksPerWorker is not null ? "--max-tasks-per-worker"
            : CrashRetries > 0 && Executor != ExecutorKind.Cluster ? "--crash-retries"
            : null;
        VerifyCluster(Executor, Workers is not null ? "--workers" : needsProcess);
        Refuse(
            Executor != ExecutorKind.Process && needsProcess is not null, needsProcess!,
            "only processes have it; expected --executor process");
    }

    public override int Execute() => new LineMap(this).Execute();

    private static void Refuse(bool isWrong, string subject, string remedy)
    {
        if (isWrong)
            throw new UsageException(subject, remedy);
    }
}
