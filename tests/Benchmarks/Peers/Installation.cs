using System.ComponentModel;
using System.Diagnostics;
using Offloop.Benchmarks.Running;

namespace Offloop.Benchmarks.Peers;

/// <summary>Asks whether something is there, or puts it there.</summary>
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
            return false; // the program is not there, or says no: the peer is named as skipped
        }
    }
}
