using System.Reflection;
using System.Runtime.Versioning;
using System.Text.Json;
using Offloop.Coordinator.Cli;
using Offloop.Invocation;

namespace Offloop.Coordinator.Mapping;

/// <summary>Reads what an assembly says of itself, without loading it: the code of a task belongs in the workers.</summary>
internal static class TaskMetadata
{
    private static readonly string[] s_frameworks = ["Microsoft.NETCore.App", "Microsoft.AspNetCore.App"];

    /// <summary>Finds the task, and checks that this program can run it.</summary>
    /// <exception cref="UsageException">There is no such task, or its assembly needs what is not here; the message names it.</exception>
    public static TaskIdentity Find(TaskAddress address, InputFormat format)
    {
        var files = new TaskAssembly(address.Assembly);
        using var context = new MetadataLoadContext(new Resolver(files));
        try
        {
            Assembly assembly = context.LoadFromAssemblyPath(address.Assembly);
            RequireFrameworks(assembly, address.Assembly);
            foreach (AssemblyName reference in assembly.GetReferencedAssemblies())
                RequireReference(reference, files);
            MethodInfo method = TaskMethods.Find(assembly, address);
            Type argument = method.GetParameters()[0].ParameterType;
            bool takesText = argument.FullName == typeof(string).FullName;
            if (format == InputFormat.Lines && !takesText)
                throw new UsageException("--input-format lines", $"{address.Method} takes no string; expected json");
            return new TaskIdentity(
                address.Assembly, method.DeclaringType!.FullName!, method.Name, $"{argument}", takesText,
                IsJson: format == InputFormat.Json || !takesText, assembly.ManifestModule.ModuleVersionId);
        }
        catch (BadImageFormatException error)
        {
            throw new UsageException(
                error.FileName ?? address.Assembly, "this is no .NET assembly; expected a .dll that was built or published");
        }
        catch (FileNotFoundException error)
        {
            throw new UsageException(address.Assembly, $"it needs {error.FileName}, which is not beside it; publish it first");
        }
    }

    private static void RequireFrameworks(Assembly assembly, string path)
    {
        string? target = assembly.GetCustomAttributesData()
            .FirstOrDefault(static data => data.AttributeType.FullName == typeof(TargetFrameworkAttribute).FullName)
            ?.ConstructorArguments[0].Value as string;
        if (target is not null && new FrameworkName(target) is var framework)
        {
            if (framework.Identifier == ".NETFramework")
            {
                throw new UsageException(
                    path, $"it is made for .NET Framework {framework.Version}; expected one for .NET or .NET Standard");
            }
            if (framework.Identifier == ".NETCoreApp" && framework.Version.Major > Environment.Version.Major)
                throw new UsageException(path, $"it is made for .NET {framework.Version}, and this program runs on {Environment.Version}");
        }
        RequireFrameworks(path);
    }

    /// <summary>Checks that this program has the frameworks of an application.</summary>
    /// <exception cref="UsageException">It has not; the message names the first that is missing.</exception>
    public static void RequireFrameworks(string path)
    {
        string config = Path.ChangeExtension(path, ".runtimeconfig.json"); // an application has one, a library has none
        if (!File.Exists(config))
            return;
        using var document = JsonDocument.Parse(File.ReadAllText(config));
        JsonElement options = document.RootElement.GetProperty("runtimeOptions");
        JsonElement[] needed = options.TryGetProperty("frameworks", out JsonElement several) ? [.. several.EnumerateArray()]
            : options.TryGetProperty("framework", out JsonElement one) ? [one] : [];
        foreach (string? name in needed.Select(static item => item.GetProperty("name").GetString()))
        {
            if (!s_frameworks.Contains(name))
                throw new UsageException(path, $"it needs the framework {name}, and this program has {Words.Or(s_frameworks)} only");
        }
    }

    private static void RequireReference(AssemblyName reference, TaskAssembly files)
    {
        string name = $"{reference.Name} {reference.Version}";
        string path = files.Resolve(reference) ?? throw new UsageException(
            files.FilePath,
            $"it needs {name}, which is neither beside it nor in this program's frameworks; dotnet publish puts it there, and so does "
            + "EnableDynamicLoading in its project");
        Version? there = AssemblyName.GetAssemblyName(path).Version;
        if (there < reference.Version)
            throw new UsageException(files.FilePath, $"it needs {name}, and {path} has version {there}");
    }

    private sealed class Resolver(TaskAssembly files) : MetadataAssemblyResolver
    {
        public override Assembly? Resolve(MetadataLoadContext context, AssemblyName assemblyName) =>
            files.Resolve(assemblyName) is { } path ? context.LoadFromAssemblyPath(path) : null;
    }
}
