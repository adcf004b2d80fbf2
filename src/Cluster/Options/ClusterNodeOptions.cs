using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Offloop;

/// <summary>The settings of a <see cref="ClusterNode"/>. Immutable; each property validates its value when it is set.</summary>
public sealed record ClusterNodeOptions
{
    /// <summary>The most <see cref="Slots"/>.</summary>
    internal const int MostSlots = 1024;

    /// <summary>How the node and its executor reach and trust each other. <see cref="ClusterNetwork.Join"/> names the executor, unless a
    /// store does.</summary>
    public required ClusterNetwork Network { get; init => field = Check.NotNull(value); }

    /// <summary>What the node is called in failures, logs and snapshots.</summary>
    /// <value>Not empty. The default is the name of the machine and the number of the process, such as <c>web7-4711</c>.</value>
    public string Name { get; init => field = Check.NotEmpty(Check.NotNull(value)); } =
        string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}-{Environment.ProcessId}");

    /// <summary>How many tasks the node runs at once, each in a worker process of its own.</summary>
    /// <value>1 to 1024. The default is the number of processors.</value>
    public int Slots { get; init => field = Check.Between(1, MostSlots, value); } = Environment.ProcessorCount;

    /// <summary>What the node has and others lack; a task selects it with <see cref="SubmitOptions.Requires"/>. The node adds its system
    /// and its processor by itself, such as <c>os=linux</c> and <c>arch=x64</c>.</summary>
    /// <value>Compared letter by letter; none is empty. The default is empty.</value>
    public IReadOnlyCollection<string> Labels { get; init => field = Check.Labels(value); } = [];

    /// <summary>The settings of the workers: their memory, their environment, their output and so on. The node has as many workers as
    /// <see cref="Slots"/>. The executor says what concerns its tasks: the grace, the initializers, how payloads are written and how long
    /// they may be.</summary>
    /// <value>The default is that of a process pool.</value>
    public ProcessPoolOptions Pool { get; init => field = Check.NotNull(value); } = new();

    /// <summary>The files of assemblies whose methods the node runs beside those of this application. Each is loaded with the packages and
    /// native libraries that its <c>deps.json</c> names, apart from this application's, so versions do not meet.
    /// <c>dotnet publish</c> puts them beside it, and so does <c>EnableDynamicLoading</c> in its project.</summary>
    /// <value>Paths of files that exist. The default is empty.</value>
    /// <exception cref="ArgumentException">A path is empty or cannot be a path.</exception>
    public IReadOnlyList<string> TaskAssemblies
    {
        get;
        init => field = [.. Check.NotNull(value).Select(static path => Path.GetFullPath(Check.NotEmpty(path)))];
    } = [];

    /// <summary>The time that the node looks for an executor: at first, and if the list of members is kept in a store, after one has ended
    /// or was lost too. Otherwise it leaves when its executor is gone.</summary>
    /// <value>Positive, or <see cref="Timeout.InfiniteTimeSpan"/> to look without a limit. The default is 30 seconds.</value>
    public TimeSpan ExecutorPatience { get; init => field = Check.Timeout(value); } = TimeSpan.FromSeconds(30);

    /// <summary>Creates the loggers of the node. The node does not dispose it.</summary>
    /// <value>The default logs nothing.</value>
    public ILoggerFactory LoggerFactory { get; init => field = Check.NotNull(value); } = NullLoggerFactory.Instance;

    /// <summary>All labels of the node.</summary>
    internal string[] AllLabels => [.. Labels.Append(System).Append(Processor).Distinct(StringComparer.Ordinal)];

    private static string System =>
        OperatingSystem.IsWindows() ? "os=windows" : OperatingSystem.IsMacOS() ? "os=macos" : "os=linux";

    private static string Processor => $"arch={RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}";

    /// <summary>Throws <see cref="ArgumentException"/> if properties contradict each other.</summary>
    internal void Validate()
    {
        Network.Validate();
        Pool.Validate();
        if (Network.Join is null && Network.Store == ClusterStore.Embedded)
            throw new ArgumentException("The node does not know its executor: set Network.Join to HOST:PORT, or Network.Store.", "options");
        if (TaskAssemblies.FirstOrDefault(static path => !File.Exists(path)) is { } missing)
            throw new ArgumentException($"TaskAssemblies has {missing}, but there is no such file; give one that was built.", "options");
        if (Pool.ThreadsPerWorker > 1)
        {
            throw new ArgumentException(
                $"Pool.ThreadsPerWorker is {Pool.ThreadsPerWorker}, but each slot of a node is a worker; leave it at 1 and set Slots.",
                "options");
        }
        if (Pool.Command is not null)
        {
            throw new ArgumentException(
                "Pool.Command is for tasks that are no .NET methods, which a cluster has not; leave it out.", "options");
        }
        if (Pool.RecordFailures is not null)
            throw new ArgumentException("Pool.RecordFailures is for tasks of this process, and a node's are not; leave it out.", "options");
        if (Pool.JsonOptions is not null || Pool.Initializer is not null || Pool.ThreadInitializer is not null)
        {
            throw new ArgumentException(
                "JsonOptions and the initializers of a node's workers are the executor's; set them in its ClusterExecutorOptions.",
                "options");
        }
    }
}
