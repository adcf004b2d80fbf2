using System.Reflection;
using System.Runtime.Loader;

namespace Offloop.Invocation;

/// <summary>Where the assemblies of a task come from: what its own <c>deps.json</c> names, or this program's frameworks.</summary>
internal sealed class TaskAssembly
{
    private static readonly string s_ownDirectory = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);

    /// <summary>The assemblies that this process can load by name: its frameworks, and its own.</summary>
    private static readonly Dictionary<string, string> s_trusted =
        ((string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .DistinctBy(Path.GetFileNameWithoutExtension) // one file is named in two ways
        .ToDictionary(static path => Path.GetFileNameWithoutExtension(path), StringComparer.OrdinalIgnoreCase);

    private readonly AssemblyDependencyResolver _resolver;

    public TaskAssembly(string path) => (FilePath, _resolver) = (path, new AssemblyDependencyResolver(path));

    public string FilePath { get; }

    /// <summary>Whether an assembly of this process serves the task too: one that the task exchanges objects with this program through, or
    /// one of the frameworks that is not older than what the task asks for. (The host applies the second rule to any application.) Other
    /// assemblies of this program do not count if the task has its own.</summary>
    public static bool IsShared(AssemblyName name)
    {
        if (name.Name == typeof(TaskAssembly).Assembly.GetName().Name)
            return true;
        return s_trusted.TryGetValue(name.Name!, out string? path)
            && Path.GetDirectoryName(path) != s_ownDirectory
            && AssemblyName.GetAssemblyName(path).Version >= name.Version;
    }

    /// <summary>The file of an assembly that the task refers to, or null if it is nowhere.</summary>
    public string? Resolve(AssemblyName name) =>
        IsShared(name) ? s_trusted.GetValueOrDefault(name.Name!) : ResolveOwn(name) ?? s_trusted.GetValueOrDefault(name.Name!);

    /// <summary>The file that comes with the task, or null.</summary>
    public string? ResolveOwn(AssemblyName name) => _resolver.ResolveAssemblyToPath(name);

    /// <summary>The native library that comes with the task, or null.</summary>
    public string? ResolveNative(string name) => _resolver.ResolveUnmanagedDllToPath(name);
}
