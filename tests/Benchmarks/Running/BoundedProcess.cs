using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Offloop.Benchmarks.Running;

/// <summary>Runs a process to its end or to the end of its time, and leaves nothing of it behind.</summary>
internal static class BoundedProcess
{
    private static readonly ConcurrentDictionary<Process, bool> s_running = [];

    // The processes of a run must not outlive it if it is stopped from outside.
    private static readonly PosixSignalRegistration s_terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => KillAll());

    /// <summary>Returns the lines of its standard output. Throws <see cref="InvalidOperationException"/> with the last line of its standard
    /// error if it fails.</summary>
    public static async Task<IReadOnlyList<string>> RunAsync(ProcessStartInfo start, TimeSpan timeout, Action<string>? seen = null)
    {
        var lines = new List<string>();
        using var limit = new CancellationTokenSource(timeout);
        using Process process = Start(start);
        try
        {
            Task<string> errors = process.StandardError.ReadToEndAsync(limit.Token);
            while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
            {
                seen?.Invoke(line);
                lines.Add(line);
            }
            await process.WaitForExitAsync(limit.Token);
            string text = await errors;
            return process.ExitCode == 0 ? lines : throw new InvalidOperationException($"exit code {process.ExitCode}: {LastLine(text)}");
        }
        catch (OperationCanceledException)
        {
            throw new InvalidOperationException($"not done after {timeout.TotalSeconds:0} s");
        }
        finally
        {
            End(process);
        }
    }

    public static Process Start(ProcessStartInfo start)
    {
        _ = s_terminated;
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        Process process = Process.Start(start)!;
        s_running[process] = true;
        return process;
    }

    public static void End(Process process)
    {
        s_running.TryRemove(process, out _);
        process.Kill(entireProcessTree: true);
    }

    private static string LastLine(string text) => text.TrimEnd().Split('\n')[^1];

    private static void KillAll()
    {
        foreach (Process process in s_running.Keys)
            process.Kill(entireProcessTree: true);
    }
}
