using System.Diagnostics;
using Offloop.Protocol;

namespace Offloop.Workers;

/// <summary>Says how the processes of a pool's workers are started. There is one for a pool. The facts that differ from worker to worker
/// travel on standard input.</summary>
internal abstract class WorkerLauncher
{
    /// <summary>Whether the worker is this library's own, which finds .NET methods by their identity. Any other finds only named entry
    /// points.</summary>
    public abstract bool RunsDotnetMethods { get; }

    /// <summary>The way in which this application can start workers of this library. Throws <see cref="InvalidOperationException"/>, with
    /// what it needs, if there is none.</summary>
    public static WorkerLauncher OfApplication(PrivateDirectory directory, long? heapLimit, bool withCultures)
    {
        if (WorkerVariable.IsLeft)
        {
            throw new InvalidOperationException(
                "This process was started as the worker of a process pool, but runs the application's Main, because its startup hooks are "
                + "off; a pool made here would start such a process again, without end. Set StartupHookSupport to true in the project "
                + "file, and leave System.StartupHookProvider.IsSupported on.");
        }
        if (DotnetExecLauncher.Lacks() is not { } muxer)
            return DotnetExecLauncher.Create(directory, heapLimit, withCultures);
        if (OwnHostLauncher.Lacks() is not { } own)
            return new OwnHostLauncher(Environment.ProcessPath!, heapLimit);
        throw new InvalidOperationException($"A process pool cannot be started here: it needs {muxer}, or {own}.");
    }

    /// <summary>A process that is ready to be started.</summary>
    /// <param name="options">The settings of the pool.</param>
    /// <param name="variables">Variables that a .NET worker starts with, and its tasks do not see.</param>
    public ProcessStartInfo ToStartInfo(ProcessPoolOptions options, IEnumerable<(string Name, string? Value)> variables)
    {
        (string fileName, IEnumerable<string> arguments) = Command;
        var start = new ProcessStartInfo(fileName, arguments)
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = options.WorkingDirectory ?? "",
        };
        foreach ((string name, string? value) in options.Environment)
            start.Environment[name] = value;
        if (RunsDotnetMethods)
            WorkerVariable.Write(start.Environment, ChangesOf(start.Environment, options.Environment, variables));
        return start;
    }

    protected abstract (string FileName, IEnumerable<string> Arguments) Command { get; }

    /// <summary>The settings of the runtime that a worker starts with, as environment variables. Those that the options name keep the
    /// values from there.</summary>
    protected virtual IEnumerable<(string Name, string? Value)> Settings => [];

    /// <summary>Variables that a worker must have, whatever the options say.</summary>
    /// <param name="environment">The environment that it would have otherwise.</param>
    protected virtual IEnumerable<(string Name, string? Value)> Needs(IDictionary<string, string?> environment) => [];

    private Dictionary<string, string?> ChangesOf(
        IDictionary<string, string?> environment, IReadOnlyDictionary<string, string?> options,
        IEnumerable<(string Name, string? Value)> variables)
    {
        var changes = new Dictionary<string, string?>();
        foreach ((string name, string? value) in Settings.Concat(variables))
        {
            if (!options.ContainsKey(name))
                changes[name] = value;
        }
        foreach ((string name, string? value) in Needs(environment))
            changes[name] = value;
        // The runtime takes TMPDIR for a format of printf and crashes at its start (dotnet/runtime issue 122882), unless its diagnostics
        // are off.
        if (!OperatingSystem.IsWindows() && environment.TryGetValue("TMPDIR", out string? temporary) && temporary?.Contains('%') == true)
            changes["DOTNET_EnableDiagnostics"] = "0";
        return changes;
    }
}
