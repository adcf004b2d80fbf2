namespace Offloop.Diagnostics;

/// <summary>What is to be known of tasks that hang and of workers that crash. Immutable; each property validates its value when it is
/// set.</summary>
public sealed record DiagnosticsOptions
{
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(3);

    /// <summary>How long the kill of a worker waits for its stacks. If they are not read by then, the failure says so.</summary>
    /// <value>Positive, and at most 3 seconds. The default is 1 second.</value>
    public TimeSpan StackTimeout
    {
        get;
        init => field = value > TimeSpan.Zero && value <= s_longest
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "It must be positive, and at most 3 seconds.");
    } = TimeSpan.FromSeconds(1);

    /// <summary>The time after which the stack of a task that runs is read once and logged, while it goes on. Its worker stands still for
    /// some 50 ms meanwhile. The pool hears of the start of each task for that, which costs a message for each.</summary>
    /// <value>10 ms or more, or <see cref="Timeout.InfiniteTimeSpan"/> to read none. The default reads none.</value>
    public TimeSpan SlowTaskThreshold
    {
        get;
        init => field = value == Timeout.InfiniteTimeSpan || value >= TimeSpan.FromMilliseconds(10)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "It must be 10 ms or more, or Timeout.InfiniteTimeSpan.");
    } = Timeout.InfiniteTimeSpan;

    /// <summary>Whether a worker that crashes (a fault of native code, an abort, a stack overflow, an exception that nobody catches)
    /// writes its memory to a file first. The runtime's own <c>createdump</c> does it. A worker that is killed from outside
    /// cannot.</summary>
    /// <value>The default is false.</value>
    public bool DumpOnCrash { get; init; }

    /// <summary>Whether the memory of a worker is written to a file before the worker is killed because a task ran past its timeout or
    /// does not answer its cancellation, or because it is unresponsive. The kill comes up to 5 seconds later for that.</summary>
    /// <value>The default is false.</value>
    public bool DumpOnTimeout { get; init; }

    /// <summary>The directory of the files with memory. It is made if it does not exist, for this user alone, because memory holds secrets;
    /// one in which everybody may write is not used. <see cref="TaskFailure.DumpFile"/> names the file of a failure.</summary>
    /// <value>A path; a relative one counts from the working directory at the construction of the pool. Needed for dumps. The default is
    /// null.</value>
    public string? DumpDirectory { get; init; }

    /// <summary>How much of a worker's memory is written.</summary>
    /// <value>The default is <see cref="DumpContent.Stacks"/>.</value>
    public DumpContent DumpContent
    {
        get;
        init => field = Enum.IsDefined(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "It must be one of the named values.");
    }

    /// <summary>How many files with memory are kept in <see cref="DumpDirectory"/>: the oldest are deleted. Files that are not of such a
    /// pool are left alone.</summary>
    /// <value>1 or more. The default is 10.</value>
    public int MaxDumps
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "It must be 1 or more.");
    } = 10;

    /// <summary>How many bytes the kept files have together at most: the oldest are deleted, and one that is larger by itself is
    /// too.</summary>
    /// <value>1 or more. The default is 1 GiB.</value>
    public long MaxDumpBytes
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "It must be 1 or more.");
    } = 1L << 30;

    /// <summary>The <see cref="StackTimeout"/>, unless a test has more patience.</summary>
    internal TimeSpan ReadTimeout { get => field == TimeSpan.Zero ? StackTimeout : field; init; }

    /// <summary>How long a kill waits for a dump.</summary>
    internal TimeSpan DumpTimeout { get; init; } = TimeSpan.FromSeconds(5);

    internal void Validate()
    {
        if ((DumpOnCrash || DumpOnTimeout) && string.IsNullOrEmpty(DumpDirectory))
        {
            throw new ArgumentException(
                $"{(DumpOnCrash ? nameof(DumpOnCrash) : nameof(DumpOnTimeout))} needs a directory: set DumpDirectory.", "diagnostics");
        }
    }
}
