using System.Text.Json.Nodes;

namespace Offloop;

/// <summary>Where and how a process pool records runs that failed (<see cref="ProcessPoolOptions.RecordFailures"/>). Immutable; one
/// instance may be used for many pools, and several processes may share a directory.
/// <para>Only the user of this process may read the files, on systems other than Windows. The oldest files are removed when there are too
/// many, when they are too large together, or too old. Files with other names are left alone.</para></summary>
public sealed record FailureRecording
{
    /// <summary>Makes the settings.</summary>
    /// <param name="directory">The directory of the files. It is made if it does not exist. A directory that cannot be written to is told
    /// in the log and costs no task.</param>
    /// <exception cref="ArgumentException">The path is empty or cannot be a path.</exception>
    public FailureRecording(string directory) => Directory = directory;

    /// <summary>The full path of the directory of the files.</summary>
    /// <exception cref="ArgumentException">The path is empty or cannot be a path.</exception>
    public string Directory { get; init => field = Path.GetFullPath(Check.NotEmpty(Check.NotNull(value))); }

    /// <summary>How many files there may be.</summary>
    /// <value>1 or more. The default is 100.</value>
    public int MaxFiles { get; init => field = Check.Positive(value); } = 100;

    /// <summary>How large a file may be, in bytes. Of a task with a larger argument all but the argument is recorded, so it cannot be run
    /// again from its file.</summary>
    /// <value>1024 or more, and at most <see cref="MaxBytes"/>. The default is 16 MiB.</value>
    public long MaxFileBytes { get; init => field = Check.AtLeast(value, 1024); } = 16L << 20;

    /// <summary>How large all files may be together, in bytes.</summary>
    /// <value>1024 or more. The default is 256 MiB.</value>
    public long MaxBytes { get; init => field = Check.AtLeast(value, 1024); } = 256L << 20;

    /// <summary>How old a file may be. It is looked at when the pool starts, when a file is written, and each hour.</summary>
    /// <value>Positive, or <see cref="Timeout.InfiniteTimeSpan"/> to keep files of any age. The default is 7 days.</value>
    public TimeSpan MaxAge { get; init => field = Check.Timeout(value); } = TimeSpan.FromDays(7);

    /// <summary>Decides what is written in place of a value that may hold secrets. It gets the name of the task's method (such as
    /// <c>Shop.Prices.Update</c>), the name of the value and the value, and returns the value, or another one. The names are
    /// <c>argument</c>; <c>name</c>, for the name of the task (<see cref="SubmitOptions.Name"/>); <c>initializer</c> and
    /// <c>threadInitializer</c>, for their arguments; <c>environment:NAME</c>, for each variable of
    /// <see cref="ProcessPoolOptions.Environment"/>; and <c>failure</c>, for the failure with its messages
    /// (<c>docs/failure-json.md</c>), which may hold the task's name too. All else, such as the executor's name and paths, is written as
    /// it is.
    /// <para>It is called on a thread of the runtime's pool, in this process. The file names what it has changed. If it throws, the value
    /// is left out.</para></summary>
    /// <value>A static method or a lambda that captures nothing. The default, null, writes values as they are.</value>
    /// <exception cref="ArgumentException">The delegate captures state.</exception>
    public Func<string, string, JsonNode?, JsonNode?>? Redact { get; init => field = Check.Stateless(value); }

    /// <summary>Throws <see cref="ArgumentException"/> if properties contradict each other.</summary>
    internal void Validate()
    {
        if (MaxFileBytes > MaxBytes)
        {
            throw new ArgumentException(
                $"MaxFileBytes is {MaxFileBytes}, but it must not be more than MaxBytes, which is {MaxBytes}.", "options");
        }
    }
}
