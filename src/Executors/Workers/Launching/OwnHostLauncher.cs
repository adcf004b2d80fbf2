using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Offloop.Workers;

/// <summary>Starts the application's own executable as a worker: an apphost or a bundle, which has its runtime and its dependency closure
/// in it. A startup hook runs the worker host in it and ends the process, so that the application's Main never runs there.
/// <para>This is for publishes without a shared runtime or without files: self-contained, single-file. The others are started by
/// <see cref="DotnetExecLauncher"/>, whose settings need no variables.</para></summary>
/// <param name="executable">The path of the executable.</param>
/// <param name="heapLimit">The limit of a worker's heap, or null.</param>
internal sealed class OwnHostLauncher(string executable, long? heapLimit) : WorkerLauncher
{
    /// <summary>A name and not a path: it is resolved in a bundle too.</summary>
    private const string Hook = "Offloop.WorkerHost";

    private const string Hooks = "DOTNET_STARTUP_HOOKS";
    private const string HooksSwitch = "System.StartupHookProvider.IsSupported";

    public override bool RunsDotnetMethods => true;

    /// <summary>The argument is for people who list processes; nothing reads it.</summary>
    protected override (string FileName, IEnumerable<string> Arguments) Command => (executable, ["offloop-worker"]);

    /// <summary>The knobs of a small process that is started often. A variable wins over the application's runtimeconfig.</summary>
    protected override IEnumerable<(string Name, string? Value)> Settings
    {
        get
        {
            yield return ("DOTNET_gcServer", "0");
            yield return ("DOTNET_gcConcurrent", "0");
            yield return ("DOTNET_GCRetainVM", "0");
            yield return ("DOTNET_GCHeapCount", null);
            yield return ("DOTNET_TieredPGO", "0");
            if (heapLimit is { } limit)
                yield return ("DOTNET_GCHeapHardLimit", limit.ToString("X", CultureInfo.InvariantCulture));
        }
    }

    /// <summary>What this application lacks for it, as the object of "it needs"; null if nothing.</summary>
    public static string? Lacks()
    {
        if (!RuntimeFeature.IsDynamicCodeSupported)
            return "a .NET runtime, which a NativeAOT application does not have; use ThreadPoolExecutor there";
        if (AppContext.TryGetSwitch(HooksSwitch, out bool isSupported) && !isSupported)
            return $"startup hooks, which are off; set StartupHookSupport to true in the project file ({HooksSwitch})";
        if (!IsOwnHost(Environment.ProcessPath, Assembly.GetEntryAssembly()))
            return "an executable that is the application's own, and not a program that hosts it";
        if (!HasWorkerHost())
            return $"{Hook}.dll among the application's files (reference the Offloop.Executors package, or the WorkerHost project)";
        return null;
    }

    /// <summary>The last hook, because no later one would be loaded.</summary>
    protected override IEnumerable<(string Name, string? Value)> Needs(IDictionary<string, string?> environment) =>
        [(Hooks, environment.TryGetValue(Hooks, out string? others) && !string.IsNullOrEmpty(others)
            ? $"{others}{Path.PathSeparator}{Hook}" : Hook)];

    /// <summary>Whether a process that is started from this file runs this application. Other hosts (dotnet, w3wp, pwsh, a native program)
    /// would run something else.</summary>
    private static bool IsOwnHost(string? process, Assembly? entry)
    {
        if (process is null || entry is null)
            return false;
#pragma warning disable IL3000 // an empty location is what tells a bundle
        string location = entry.Location;
#pragma warning restore IL3000
        if (location.Length == 0)
            return true; // in a bundle, which is the executable whatever its name is
        string name = OperatingSystem.IsWindows() ? Path.GetFileNameWithoutExtension(process) : Path.GetFileName(process);
        return name == Path.GetFileNameWithoutExtension(location);
    }

    private static bool HasWorkerHost()
    {
        try
        {
            return Assembly.Load(new AssemblyName(Hook)) is not null;
        }
        catch (Exception error) when (error is IOException or BadImageFormatException)
        {
            return false;
        }
    }
}
