using System.Reflection;
using System.Runtime.Loader;

namespace Offloop.Invocation;

/// <summary>The assemblies of tasks that a worker was given beside those of its application. They are found by name as the application's
/// are, and are loaded with what they bring, apart from the application's.</summary>
internal static class TaskAssemblies
{
    private static volatile TaskLoadContext[] s_contexts = [];

    /// <summary>Their files.</summary>
    public static IEnumerable<string> Paths => s_contexts.Select(static context => context.FilePath);

    /// <summary>Gives them to this process, once.</summary>
    /// <param name="paths">The files of the assemblies, which exist.</param>
    public static void Give(IReadOnlyList<string> paths)
    {
        if (paths.Count == 0)
            return;
        s_contexts = [.. paths.Select(static path => new TaskLoadContext(new TaskAssembly(path)))];
        AssemblyLoadContext.Default.Resolving += static (_, name) => Find(name);
    }

    /// <summary>The assembly with this name: one that was given, or one that such a one brings.</summary>
    private static Assembly? Find(AssemblyName name)
    {
        foreach (TaskLoadContext context in s_contexts)
        {
            if (string.Equals(Path.GetFileNameWithoutExtension(context.FilePath), name.Name, StringComparison.OrdinalIgnoreCase))
                return context.LoadTask();
        }
        return s_contexts.Select(context => context.LoadOwn(name)).FirstOrDefault(static found => found is not null);
    }
}
