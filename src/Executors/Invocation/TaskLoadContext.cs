using System.Reflection;
using System.Runtime.Loader;

namespace Offloop.Invocation;

/// <summary>Loads a task's assemblies beside this program's, so that versions of one package in both do not meet.</summary>
internal sealed class TaskLoadContext(TaskAssembly files) : AssemblyLoadContext($"task {files.FilePath}")
{
    public string FilePath => files.FilePath;

    /// <summary>Loads the task's assembly. One that this program has loaded from the same file as a part of its own is taken as it is.
    /// </summary>
    public Assembly LoadTask() =>
        Default.Assemblies.FirstOrDefault(own => !own.IsDynamic && own.Location == files.FilePath)
        ?? LoadFromAssemblyPath(files.FilePath);

    /// <summary>Loads an assembly that comes with the task; null if none does.</summary>
    public Assembly? LoadOwn(AssemblyName name) => files.ResolveOwn(name) is { } path ? LoadFromAssemblyPath(path) : null;

    protected override Assembly? Load(AssemblyName assemblyName) => TaskAssembly.IsShared(assemblyName) ? null : LoadOwn(assemblyName);

    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        files.ResolveNative(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : 0;
}
