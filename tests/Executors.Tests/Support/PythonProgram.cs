using System.ComponentModel;
using System.Diagnostics;

namespace Offloop.Tests;

/// <summary>The scripts of <c>tests/PythonWorker</c> with the worker of <c>samples/PythonWorker</c>, and the interpreter that runs
/// them.</summary>
internal static class PythonProgram
{
    private static readonly Lazy<string?> s_interpreter = new(Find);

    /// <summary>The command of a worker. Skips the test if there is no interpreter, or if the pipes of the
    /// system are not sockets.</summary>
    public static WorkerCommand Worker(string script = "tasks.py")
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The worker in Python connects to sockets of Unix.");
        Assert.SkipUnless(s_interpreter.Value is not null, "There is no python3 of version 3.10 or later here.");
        return new WorkerCommand(s_interpreter.Value!, Path.Combine(AppContext.BaseDirectory, "PythonWorker", script));
    }

    /// <summary>Finds the interpreter itself. The program in PATH may be a script that looks for it.</summary>
    private static string? Find()
    {
        try
        {
            string[] arguments = ["-c", "import sys; sys.version_info >= (3, 10) and print(sys.executable)"];
            using Process python = Process.Start(new ProcessStartInfo("python3", arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            string path = python.StandardOutput.ReadToEnd().Trim();
            python.WaitForExit();
            return path.Length > 0 ? path : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
