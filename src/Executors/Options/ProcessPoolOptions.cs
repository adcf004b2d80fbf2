using System.Collections.ObjectModel;
using System.Diagnostics;
using Offloop.Invocation;
using Offloop.Telemetry;

namespace Offloop;

/// <summary>The settings of a <see cref="ProcessPoolExecutor"/>. Immutable; each property validates its value when it is set, and the
/// executor's constructor checks them against each other.</summary>
public sealed record ProcessPoolOptions : PoolOptions
{
    /// <summary>The most <see cref="ThreadsPerWorker"/>: each has its place in the file of the marks.</summary>
    internal const int MostThreads = 128;

    /// <summary>The number of worker processes to keep when there is nothing to do. They start in the background at construction.</summary>
    /// <value>0 or more, and at most <see cref="PoolOptions.MaxWorkers"/>. The default is 1.</value>
    public int MinWorkers { get; init => field = Check.NotNegative(value); } = 1;

    /// <summary>The number of tasks that each worker runs at once, on threads of its own: 4 workers with 16 threads run 64 blocking calls
    /// in 4 processes. Tasks that run in one worker share its static fields and its native libraries, and what ends the worker ends all
    /// of them: a library that is not thread-safe, or a call that crashes, wants 1.
    /// <para>A crash costs the tasks that ran beside the guilty one too. Those with <see cref="SubmitOptions.CrashRetries"/> left run
    /// again, each alone in a worker, so that the guilty one is found and the others lose nothing more. A task that does not end in time is
    /// given up at once; its worker takes nothing new, and is killed after the <see cref="NeighbourGrace"/>. Until then the task may still
    /// run, and <see cref="ExecutorSnapshot.AbandonedThreads"/> counts it. <see cref="TaskFailure.SharedWith"/> names the tasks that ran
    /// beside one.</para></summary>
    /// <value>1 to 128. The default is 1.</value>
    public int ThreadsPerWorker { get; init => field = Check.Between(1, MostThreads, value); } = 1;

    /// <summary>How long the tasks that run beside one that does not end in time may go on before their worker is killed. Their own
    /// timeouts go on meanwhile. It is killed earlier if they have ended earlier. A task that has no others beside it is killed at
    /// once.</summary>
    /// <value>Zero or positive. The default is 30 seconds. It matters only if <see cref="ThreadsPerWorker"/> is above 1.</value>
    public TimeSpan NeighbourGrace { get; init => field = Check.NotNegative(value); } = TimeSpan.FromSeconds(30);

    /// <summary>The number of idle workers to keep ready beyond those that run tasks, so that the next task need not wait for a new process
    /// when a worker is killed or recycled. They prepare for methods whose tasks have returned elsewhere in the pool, which may call
    /// constructors of JSON converters and the resolvers of <see cref="ExecutorOptions.JsonOptions"/> there.</summary>
    /// <value>0 or more. The default is 0.</value>
    public int SpareWorkers { get; init => field = Check.NotNegative(value); }

    /// <summary>The number of tasks after which a worker is replaced, whichever of its threads ran them. Each worker draws a number within
    /// 10 % of it, so that they are not all replaced at once, and its replacement starts before the worker reaches that number.</summary>
    /// <value>1 or more; 1 gives each task a new process. The default, null, replaces none.</value>
    public int? MaxTasksPerWorker { get; init => field = value is { } given ? Check.Positive(given) : null; }

    /// <summary>The resident memory a worker and its children may use, in bytes. A worker above it is killed, and the tasks that it runs
    /// fail with <see cref="FailureCause.MemoryLimit"/>. A worker above 80 % of it is replaced when its tasks have ended. The memory is
    /// sampled while a task runs; children are counted on Linux only.</summary>
    /// <value>1 or more, or null for no limit. The default is null.</value>
    public long? MaxWorkerMemory { get; init => field = value is { } given ? Check.Positive(given) : null; }

    /// <summary>The size limit of a worker's managed heap, in bytes. The runtime enforces it: a task that allocates more gets an
    /// <see cref="OutOfMemoryException"/>.</summary>
    /// <value>16 MiB or more. The default, null, leaves the limit to the runtime.</value>
    public long? WorkerHeapLimit { get; init => field = value is { } given ? Check.AtLeast(given, 16 << 20) : null; }

    /// <summary>A program to start as each worker, in place of the worker host of this library, which runs the application's own methods.
    /// The program may be written in any language. It speaks the protocol in <c>docs/protocol.md</c> and finds methods by the name in their
    /// <see cref="WorkerEntryPointAttribute"/>: a submitted method or an <see cref="PoolOptions.Initializer"/> without one is refused.
    /// <see cref="ExecutorOptions.JsonOptions"/> is called in this process only, and <see cref="WorkerHeapLimit"/>, a setting of .NET,
    /// cannot be given.</summary>
    /// <value>The default, null, is the worker host.</value>
    public WorkerCommand? Command { get; init; }

    /// <summary>The time a worker beyond <see cref="MinWorkers"/> may be idle before it is closed.</summary>
    /// <value>Positive, or <see cref="Timeout.InfiniteTimeSpan"/> to keep it. The default is 60 seconds.</value>
    public TimeSpan IdleTimeout { get; init => field = Check.Timeout(value); } = TimeSpan.FromSeconds(60);

    /// <summary>The time after which a worker that does not answer is killed as unresponsive. Workers answer whatever their tasks do, so
    /// such a worker was stopped or its runtime is stuck. It is asked three times within that time.</summary>
    /// <value>Positive, or <see cref="Timeout.InfiniteTimeSpan"/> for no limit. The default is 30 seconds.</value>
    public TimeSpan HeartbeatTimeout { get; init => field = Check.Timeout(value); } = TimeSpan.FromSeconds(30);

    /// <summary>The largest size of one serialised argument, result or item, in bytes.</summary>
    /// <value>1 or more. The default is 256 MiB.</value>
    public long MaxMessageBytes { get; init => field = Check.Positive(value); } = 256L << 20;

    /// <summary>Environment variables for the workers, in addition to those of this process; a null value removes a variable.
    /// They are set before any code runs in the worker.</summary>
    /// <value>The default is empty.</value>
    public IReadOnlyDictionary<string, string?> Environment { get; init => field = Check.Variables(value); } =
        ReadOnlyDictionary<string, string?>.Empty;

    /// <summary>The working directory of the workers.</summary>
    /// <value>The default, null, is the working directory of this process when the worker starts.</value>
    public string? WorkingDirectory { get; init; }

    /// <summary>The priority class of the worker processes.</summary>
    /// <value>The default, null, is the priority class of this process.</value>
    public ProcessPriorityClass? ProcessPriority { get; init => field = value is { } given ? Check.Defined(given) : null; }

    /// <summary>Where that goes which tasks write to the standard output and error of their worker. What they write through
    /// <see cref="Console"/> is told apart by task, also without a line end and from threads of theirs. What native code or a child process
    /// writes counts for the task that runs when it is read, and for none if several run.</summary>
    /// <value>The default is <see cref="TaskOutput.Auto"/>.</value>
    public TaskOutput TaskOutput { get; init => field = Check.Defined(value); }

    /// <summary>Makes what exports the telemetry of a worker's tasks: an OpenTelemetry <c>TracerProvider</c> that listens to the source
    /// <c>Offloop.Executors</c>, say. It is called in each worker once, before the worker's <see cref="PoolOptions.Initializer"/>, and
    /// what it returns is disposed when the worker leaves, for one second at most. What a worker holds that is killed or crashes is lost,
    /// and the caller's span of such a task says so (<c>docs/telemetry.md</c>). If it throws, the worker does not start.</summary>
    /// <value>A static method or a lambda that captures nothing. The default, null, exports nothing.</value>
    /// <exception cref="ArgumentException">The delegate captures state.</exception>
    public Func<IDisposable?>? WorkerTelemetry { get; init => field = Check.Stateless(value); }

    /// <summary>Writes a file for each run of a task that threw, was killed or lost its worker, so that <c>coordinator replay FILE</c> runs
    /// exactly that task again (<c>docs/flight-recorder.md</c>). The files hold arguments, and so perhaps secrets: see
    /// <see cref="FailureRecording.Redact"/>. Tasks that succeed cost nothing for it. It is an option of process pools only.</summary>
    /// <value>The default, null, writes nothing.</value>
    public FailureRecording? RecordFailures { get; init; }

    /// <summary>Where the output goes, decided.</summary>
    internal TaskOutput ResolvedOutput =>
        TaskOutput != TaskOutput.Auto ? TaskOutput : HasLoggerFactory ? TaskOutput.Log : TaskOutput.Inherit;

    /// <summary>Whether what a newcomer has to see is told on the standard error of this process, for want of a log.</summary>
    internal bool TellsOnConsole => !HasLoggerFactory && ResolvedOutput is (TaskOutput.Inherit or TaskOutput.StandardError);

    /// <summary>Kills a worker and everything it started; null leaves that to the operating system.</summary>
    internal Action<Process>? Killer { get; init; }

    /// <summary>Makes what looks into the workers of a pool; null if nothing does.</summary>
    internal Func<ExecutorEvents, WorkerInspector>? Inspection { get; init; }

    /// <summary>The time after which a worker ends itself if this process stands still; null for never. A process that has promised
    /// another one to end its tasks in time sets it.</summary>
    internal TimeSpan? SilenceLimit { get; init; }

    /// <summary>Whether this process may go on; with a <see cref="SilenceLimit"/>, workers get signs of life only while it may. It is asked
    /// from any thread.</summary>
    internal Func<bool> MayGoOn { get; init; } = static () => true;

    /// <summary>Files of assemblies in which the workers find tasks beside those of this application.</summary>
    internal IReadOnlyList<string> TaskAssemblies { get; init; } = [];

    /// <summary>The method that changes how payloads are written, of another process for which this one only passes them on.</summary>
    internal MethodIdentity? RelayedJsonOptions { get; init; }

    /// <summary>Whether workers have the data of cultures although this application goes without (invariant globalization). It holds where
    /// they are started with a runtimeconfig of their own.</summary>
    internal bool WorkersHaveCultures { get; init; }

    internal override string Kind => "process";

    internal override void Validate()
    {
        if (this is { Command: { } program, WorkerHeapLimit: { } limit })
        {
            throw new ArgumentException(
                $"WorkerHeapLimit is {limit}, but it is a setting of .NET and Command starts '{program.FileName}' as the workers; "
                + "use MaxWorkerMemory, or a setting of that program.",
                "options");
        }
        if (this is { Command: { } other, WorkerTelemetry: not null })
        {
            throw new ArgumentException(
                $"WorkerTelemetry is a method of .NET and Command starts '{other.FileName}' as the workers; set up its telemetry in that "
                + "program.",
                "options");
        }
        if (this is { Command: { } foreign, Inspection: not null })
        {
            throw new ArgumentException(
                $"WithDiagnostics looks into .NET processes and Command starts '{foreign.FileName}' as the workers; use one of the two.",
                "options");
        }
        RecordFailures?.Validate();
        if (MinWorkers > MaxWorkers)
        {
            throw new ArgumentException(
                $"MinWorkers is {MinWorkers}, but it must not be more than MaxWorkers, which is {MaxWorkers}.", "options");
        }
    }
}
