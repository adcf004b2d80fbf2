using System.Reflection;
using Offloop.Invocation;

namespace Offloop.Coordinator.Mapping;

/// <summary>Where the assemblies of tasks lie on a node: not always where the machine that submits has them.</summary>
internal static class OwnFiles
{
    /// <summary>The file of a task's assembly here: this program's own, the one that the node was given with that name, or the same path.
    /// </summary>
    /// <exception cref="FileNotFoundException">It is nowhere.</exception>
    public static string Find(TaskIdentity task)
    {
        string name = FileName(task.Assembly);
        string own = typeof(OwnFiles).Assembly.Location;
        if (name == Path.GetFileName(own))
            return own;
        string path = TaskAssemblies.Paths.FirstOrDefault(file => Path.GetFileName(file) == name) ?? task.Assembly;
        return File.Exists(path)
            ? path
            : throw new FileNotFoundException(
                $"{name} is not on this node ({task.Assembly} does not exist); start its worker with --task-assembly and the path here.");
    }

    /// <summary>Refuses another build than the one that the submitter has looked at.</summary>
    /// <exception cref="InvalidOperationException">It is another one.</exception>
    public static void RequireBuild(Assembly assembly, TaskIdentity task)
    {
        Guid here = assembly.ManifestModule.ModuleVersionId;
        if (here != task.Build)
        {
            throw new InvalidOperationException(
                $"{FileName(task.Assembly)} is another build here ({here} in {assembly.Location}) than where the lines come from "
                + $"({task.Build}); copy the same files to both.");
        }
    }

    /// <summary>The path may be one of another system.</summary>
    private static string FileName(string path) => path[(path.LastIndexOfAny(['/', '\\']) + 1)..];
}
