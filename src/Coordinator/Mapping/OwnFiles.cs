using System.Reflection;

namespace Offloop.Coordinator.Mapping;

/// <summary>Where the assemblies of tasks lie on a node: not always where the machine that submits has them. Its workers learn it from a
/// variable, which the first task takes away.</summary>
internal static class OwnFiles
{
    private const string Variable = "OFFLOOP_NODE_TASK_ASSEMBLIES";

    /// <summary>The variable for the workers of a node.</summary>
    public static IReadOnlyDictionary<string, string?> VariableOf(IEnumerable<string> paths)
    {
        string all = string.Join(Path.PathSeparator, paths.Select(Path.GetFullPath));
        return all.Length == 0 ? new Dictionary<string, string?>() : new Dictionary<string, string?> { [Variable] = all };
    }

    /// <summary>The file of a task's assembly here: this program's own, the one that the node was given with that name, or the same path.
    /// </summary>
    /// <exception cref="FileNotFoundException">It is nowhere.</exception>
    public static string Find(TaskIdentity task)
    {
        string given = Environment.GetEnvironmentVariable(Variable) ?? "";
        Environment.SetEnvironmentVariable(Variable, null);
        string name = FileName(task.Assembly);
        string own = typeof(OwnFiles).Assembly.Location;
        if (name == Path.GetFileName(own))
            return own;
        string path = given.Split(Path.PathSeparator).FirstOrDefault(file => Path.GetFileName(file) == name) ?? task.Assembly;
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
