using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.Json;
using Offloop.Coordinator.Cli;
using Offloop.Coordinator.Mapping;
using Offloop.Invocation;
using Offloop.Recording;

namespace Offloop.Coordinator.Replaying;

/// <summary>A recorded run, and the files that run it again.</summary>
/// <param name="File">The full path of the record.</param>
/// <param name="Record">The record.</param>
/// <param name="Assembly">The full path of the application's assembly.</param>
internal sealed record RecordedRun(string File, FailureRecord Record, string Assembly)
{
    /// <summary>Reads the record and finds the application.</summary>
    /// <exception cref="UsageException">It cannot be run again; the message says why and what would help.</exception>
    public static RecordedRun Open(string file, string? assembly)
    {
        FailureRecord record = Read(file);
        Require(file, record);
        string path = assembly is null ? Find(record, file) : Path.GetFullPath(assembly);
        if (!System.IO.File.Exists(path))
            throw new UsageException(path, "there is no such file; expected --assembly with the application's assembly");
        TaskMetadata.RequireFrameworks(path);
        return new RecordedRun(Path.GetFullPath(file), record, path);
    }

    /// <summary>What is not as it was recorded, one sentence each.</summary>
    public IEnumerable<string> Differences()
    {
        if (BuildOf(ResolveMethodsAssembly()) is { } build && build != Record.Method.ModuleVersion)
        {
            yield return $"{new AssemblyName(Record.Method.Assembly).Name} was built differently: the recorded run had "
                + $"{Record.Method.ModuleVersion}, and this is {build}. The task is found by its name.";
        }
        if (Record.Redacted.Count > 0)
            yield return $"These values were redacted when they were recorded: {string.Join(", ", Record.Redacted)}.";
        if (Record.LeftOut.Count > 0)
            yield return $"These values are missing, because the Redact method threw: {string.Join(", ", Record.LeftOut)}.";
        if (!Directory.Exists(Record.WorkingDirectory))
            yield return $"The working directory {Record.WorkingDirectory} is not there; the task runs in the current one.";
    }

    /// <summary>Makes the exception for a file that no pool has written as it is.</summary>
    public static UsageException NoRecord(string file, Exception error)
    {
        string reason = error.Message.Split(" (Parameter '")[0].TrimEnd('.');
        return new UsageException(file, $"this is no recorded run ({reason}); expected a file of RecordFailures");
    }

    private static FailureRecord Read(string file)
    {
        try
        {
            using FileStream stream = System.IO.File.OpenRead(file);
            return FailureRecord.Read(stream);
        }
        catch (JsonException error)
        {
            throw NoRecord(file, error);
        }
        catch (UnknownFormatException error)
        {
            throw new UsageException(file, error.Message);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            string reason = Directory.Exists(file) ? "it is a directory" : error.Message.TrimEnd('.');
            throw new UsageException(file, $"{reason}; expected a file of RecordFailures");
        }
    }

    private static void Require(string file, FailureRecord record)
    {
        if (record.Build.Program is { } program)
            throw new UsageException(file, $"its worker was another program, {program}; expected a task of this library's own worker");
        foreach ((string name, RecordedArgument? argument) in (IEnumerable<(string, RecordedArgument?)>)
            [("argument", record.Argument), ("initializer", record.Initializer?.Argument),
            ("threadInitializer", record.ThreadInitializer?.Argument)])
        {
            if (argument?.Missing is { } missing)
                throw new UsageException(file, $"it has no {name}, so the task cannot run again: {missing.TrimEnd('.')}");
            if (argument is { Form: "base64", Value: { } value } && !IsBase64(value))
                throw new UsageException(file, $"its {name} is no Base64 text; expected one, from the Redact method too, for bytes");
        }
        try
        {
            Check.Variables(record.Environment, "environment");
            foreach (RecordedMethod? method in (RecordedMethod?[])
                [record.Method, record.JsonOptions, record.Initializer?.Method, record.ThreadInitializer?.Method])
            {
                if (method is not null)
                    _ = new AssemblyName(method.Assembly);
            }
        }
        catch (Exception error) when (error is ArgumentException or IOException) // the latter for a name of an assembly that is none
        {
            throw NoRecord(file, error);
        }
    }

    private static bool IsBase64(RawJson value)
    {
        try
        {
            return JsonSerializer.Deserialize<byte[]>(value.Utf8.Span) is not null;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The application, or the assembly of the method if a test host, say, has run it.</summary>
    private static string Find(FailureRecord record, string file)
    {
        var name = new AssemblyName(record.Method.Assembly);
        if (record.Build.Path is { } application && System.IO.File.Exists(application) && Brings(application, name))
            return application;
        return record.Method.Path ?? record.Build.Path ?? throw new UsageException(
            file, "it was recorded in an application that is a single file; expected --assembly with the same build as separate files");
    }

    private static bool Brings(string application, AssemblyName name) =>
        Path.GetFileNameWithoutExtension(application) == name.Name || new TaskAssembly(application).ResolveOwn(name) is not null;

    private string? ResolveMethodsAssembly()
    {
        var name = new AssemblyName(Record.Method.Assembly);
        return Path.GetFileNameWithoutExtension(Assembly) == name.Name ? Assembly : new TaskAssembly(Assembly).ResolveOwn(name);
    }

    private static Guid? BuildOf(string? path)
    {
        if (path is null)
            return null;
        try
        {
            using var file = new PEReader(System.IO.File.OpenRead(path));
            MetadataReader metadata = file.GetMetadataReader();
            return metadata.GetGuid(metadata.GetModuleDefinition().Mvid);
        }
        catch (Exception error) when (error is BadImageFormatException or InvalidOperationException)
        {
            throw new UsageException(path, "this is no .NET assembly; expected a .dll that was built or published");
        }
    }
}
