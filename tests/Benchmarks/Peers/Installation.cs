using System.ComponentModel;
using System.Diagnostics;
using Offloop.Benchmarks.Running;

namespace Offloop.Benchmarks.Peers;

/// <summary>Checks for programs and installs them.</summary>
internal static class Installation
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);

    public static async Task<bool> SucceedsAsync(string file, params string[] arguments)
    {
        try
        {
            await BoundedProcess.RunAsync(new ProcessStartInfo(file, arguments), s_patience);
            return true;
        }
        catch (Exception error) when (error is InvalidOperationException or Win32Exception)
        {
            return false; // the program is missing or has failed; the peer is reported as skipped
        }
    }
}
