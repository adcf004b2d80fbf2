using CommandLine;
using Offloop.Coordinator.Cli;

namespace Offloop.Coordinator.Replaying;

/// <summary>Runs a recorded task again.</summary>
[Verb("replay", HelpText = "run a task again that failed, from the file that a pool with RecordFailures has written")]
internal sealed class ReplayVerb : ExecutorVerb
{
    [Value(0, MetaName = "FILE", HelpText = "the file; it names an assembly to load and a method to call, so replay only files that you "
        + "trust")]
    public string File { get; set; } = "";

    [Option("executor", MetaValue = "KIND", HelpText = "process, or inline, which runs the task in this process: for a debugger")]
    public ReplayPlace Executor { get; set; }

    [Option("timeout", MetaValue = "TIME", HelpText = "time limit of the task, with --executor process")]
    [WhenAbsent("the one that it had")]
    public Duration? Timeout { get; set; }

    [Option("assembly", MetaValue = "FILE", HelpText = "the application's assembly, another build or a copy")]
    [WhenAbsent("the one that ran")]
    public string? Assembly { get; set; }

    [Option("wait-for-debugger", HelpText = "with --executor inline, wait until a debugger is attached")]
    public bool WaitForDebugger { get; set; }

    public override string Notes => """
        The task really runs again: whatever it writes, sends or deletes, it writes, sends or deletes again.

        It gets its argument, cultures, variables, working directory, JSON options and initializers as they were recorded. Its result goes
        to stdout as JSON, an item a line if it streams; a failure goes to stderr, with a line that compares it with the recorded one. With
        inline there are no limits of time and memory, and a crash is the end of this process.

        The exit code is 0 if the task returned, 3 if it failed, 2 if the file cannot be replayed, 1 if no worker could run it.

        examples:
          coordinator replay offloop-failure-20261130T010203456Z-p4711-t8-a1-0c51a2e7.json
          coordinator replay FILE --executor inline --wait-for-debugger
          coordinator replay FILE --assembly bin/Debug/net10.0/Shop.dll
        """;

    public override void Verify()
    {
        if (Executor == ReplayPlace.Inline && Timeout is not null)
            throw new UsageException("--timeout", "only a process has it; expected --executor process");
        if (Executor == ReplayPlace.Process && WaitForDebugger)
            throw new UsageException("--wait-for-debugger", "it waits in this process; expected --executor inline too");
    }

    public override int Execute() => new Replay(this).Execute();
}

/// <summary>Where a task is replayed.</summary>
internal enum ReplayPlace
{
    Process,
    Inline,
}
