using System.Diagnostics;
using System.IO.Pipes;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Offloop.Protocol;

/// <summary>Tells which process is at the other end of a connected pipe. It asks the operating system, not the peer.</summary>
internal static unsafe partial class PeerProcess
{
    // socket(7) of Linux: SO_PEERCRED is the peer's process, user and group, as they were when it called connect or listen.
    private const int LinuxSocketLevel = 1;
    private const int LinuxPeerCredentials = 17;

    // sys/un.h of macOS: the process number at the level of local sockets.
    private const int MacLocalLevel = 0;
    private const int MacPeerProcess = 2;

    /// <summary>The process that connected to this server.</summary>
    public static int? Of(NamedPipeServerStream pipe)
    {
        if (OperatingSystem.IsWindows())
            return GetNamedPipeClientProcessId(pipe.SafePipeHandle, out int process) ? process : null;
        return OfSocket(pipe.SafePipeHandle);
    }

    /// <summary>The process that made the server to which this client is connected.</summary>
    public static int? Of(NamedPipeClientStream pipe)
    {
        if (OperatingSystem.IsWindows())
            return GetNamedPipeServerProcessId(pipe.SafePipeHandle, out int process) ? process : null;
        return OfSocket(pipe.SafePipeHandle);
    }

    /// <summary>Describes a process for a log line.</summary>
    public static string Describe(int? process)
    {
        if (process is not { } id)
            return "a process";
        try
        {
            using var found = Process.GetProcessById(id);
            return $"process {id} ({found.ProcessName})";
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return $"process {id}"; // it is gone, or hidden
        }
    }

    /// <summary>Returns null if the system does not tell. On Linux, a peer that is not visible from here, because it
    /// is in another container, is 0.</summary>
    private static int? OfSocket(SafePipeHandle socket)
    {
        int* told = stackalloc int[3];
        if (OperatingSystem.IsLinux())
        {
            int bytes = 3 * sizeof(int);
            return GetSocketOption(socket, LinuxSocketLevel, LinuxPeerCredentials, told, ref bytes) == 0 ? told[0] : null;
        }
        if (OperatingSystem.IsMacOS())
        {
            int bytes = sizeof(int);
            return GetSocketOption(socket, MacLocalLevel, MacPeerProcess, told, ref bytes) == 0 ? told[0] : null;
        }
        return null;
    }

    [LibraryImport("libc", EntryPoint = "getsockopt")]
    private static partial int GetSocketOption(SafePipeHandle socket, int level, int name, int* value, ref int length);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetNamedPipeClientProcessId(SafePipeHandle pipe, out int process);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetNamedPipeServerProcessId(SafePipeHandle pipe, out int process);
}
