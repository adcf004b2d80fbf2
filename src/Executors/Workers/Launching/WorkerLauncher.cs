using System.Diagnostics;

namespace Offloop.Workers;

/// <summary>Says how the processes of a pool's workers are started. There is one for a pool. The facts that differ from worker to worker
/// travel on standard input.</summary>
internal abstract class WorkerLauncher
{
    /// <summary>Whether the worker is this library's own, which finds .NET methods by their identity. Any other finds only named entry
    /// points.</summary>
    public abstract bool RunsDotnetMethods { get; }

    /// <summary>A process that is ready to be started.</summary>
    public ProcessStartInfo ToStartInfo(ProcessPoolOptions options)
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
        RemoveFromEnvironment(start.Environment);
        foreach ((string name, string? value) in options.Environment)
            start.Environment[name] = value;
        AddToEnvironment(start.Environment);
        return start;
    }

    protected abstract (string FileName, IEnumerable<string> Arguments) Command { get; }

    /// <summary>Removes inherited variables, before those of the options are set.</summary>
    protected virtual void RemoveFromEnvironment(IDictionary<string, string?> environment)
    {
    }

    /// <summary>Sets variables after those of the options.</summary>
    protected virtual void AddToEnvironment(IDictionary<string, string?> environment)
    {
    }
}
