using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Offloop.WorkerHost.Start;

/// <summary>Changes the worker's own process. It holds the only platform code on the worker's side.</summary>
internal static partial class OwnProcess
{
    private const int SigKill = 9;
    private const int OpenReadOnly = 0;
    private const int FirstOfOthers = 3;
    private const int SomeHandles = 1024;
    private const int SetFlags = 2;
    private const int CloseOnExec = 1;
    private const int SetTracer = 0x59616d61; // PR_SET_PTRACER of prctl
    private const int CloseRangeCloseOnExec = 4; // Linux 5.11

    /// <summary>Makes this process the leader of its own group (Unix). Signals of the terminal then pass it by, and it can be killed
    /// together with everything that its tasks start.</summary>
    public static void LeadGroup()
    {
        if (!OperatingSystem.IsWindows())
            _ = SetProcessGroup(0, 0);
    }

    /// <summary>Keeps inherited handles from the children of this process (Linux): handles without close-on-exec that the coordinator was
    /// started with, or that native code there has opened. They cannot be closed here, because nothing tells them from handles that the
    /// runtime has opened meanwhile. Marking all of them harms nobody.</summary>
    public static void KeepHandles()
    {
        if (!OperatingSystem.IsLinux() || TryMarkAll())
            return;
        for (int handle = FirstOfOthers; handle < SomeHandles; handle++)
            _ = SetHandleFlags(handle, SetFlags, CloseOnExec); // most are not open
    }

    private static bool TryMarkAll()
    {
        try
        {
            return CloseRange(FirstOfOthers, uint.MaxValue, CloseRangeCloseOnExec) == 0;
        }
        catch (EntryPointNotFoundException)
        {
            return false; // before glibc 2.34
        }
    }

    /// <summary>Returns the standard input, which is the line to the coordinator, under another handle. An empty input takes its place, so
    /// a task that reads its standard input takes nothing away.</summary>
    public static Stream TakeStandardInput()
    {
        if (OperatingSystem.IsWindows())
        {
            Stream input = Console.OpenStandardInput();
            Console.SetIn(TextReader.Null);
            return input;
        }
        int taken = DuplicateAbove(0, DuplicateCloseOnExec, FirstOfOthers, 0, 0, 0, 0, 0, FirstOfOthers);
        int nothing = Open("/dev/null", OpenReadOnly);
        if (taken < 0 || nothing < 0 || Duplicate(nothing, 0) < 0)
            throw new IOException($"The standard input could not be taken over (errno {Marshal.GetLastPInvokeError()}).");
        _ = Close(nothing);
        // Unbuffered: the watchdog waits for the end only, and nothing is read ahead.
        return new FileStream(new SafeFileHandle(taken, ownsHandle: true), FileAccess.Read, bufferSize: 0);
    }

    /// <summary>Ends this process and its group at once. No more code runs.</summary>
    public static void KillGroup()
    {
        if (!OperatingSystem.IsWindows())
        {
            int group = GetProcessGroup();
            if (group == Environment.ProcessId)
                _ = Kill(-group, SigKill); // never the coordinator's group
            _ = Kill(Environment.ProcessId, SigKill);
        }
        Process.GetCurrentProcess().Kill();
    }

    /// <summary>Ends this process at once, with an exit code. Handlers that a task has added to <see cref="AppDomain.ProcessExit"/>
    /// do not run, and nobody is told.</summary>
    public static void End(int exitCode)
    {
        if (OperatingSystem.IsWindows())
            _ = TerminateProcess(Process.GetCurrentProcess().Handle, (uint)exitCode);
        else
            ExitNow(exitCode);
    }

    /// <summary>Lets a number that is not 0 be written to an address when the calling thread ends the process, whether by
    /// <see cref="Environment.Exit"/> or by the exit of native code (Linux with glibc; elsewhere nothing is written). The runtime raises
    /// its own event for that on another thread. What exit runs first are the destructors of the calling thread's variables, and the
    /// function <c>time</c>, which stores the time where it is told to, stands in for one.</summary>
    public static void StampAtExit(nint address)
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            if (NativeLibrary.TryLoad("libc.so.6", out nint library) && NativeLibrary.TryGetExport(library, "time", out nint time))
                _ = AddThreadDestructor(time, address, 0);
        }
        catch (EntryPointNotFoundException)
        {
            // Another library than glibc.
        }
    }

    /// <summary>Lets a process, and all that it has started, look into this one with a debugger's means (Linux): where the kernel's Yama
    /// restricts them, only a parent may otherwise, and the coordinator has another process do it. Where Yama is not, this does
    /// nothing.</summary>
    public static void AllowInspection(int process)
    {
        if (OperatingSystem.IsLinux())
            _ = Control(SetTracer, process, 0, 0, 0);
    }

    /// <summary>F_DUPFD_CLOEXEC of fcntl. Its number differs between the systems.</summary>
    private static int DuplicateCloseOnExec => OperatingSystem.IsMacOS() ? 67 : 1030;

    [LibraryImport("libc", EntryPoint = "setpgid", SetLastError = true)]
    private static partial int SetProcessGroup(int process, int group);

    [LibraryImport("libc", EntryPoint = "getpgrp")]
    private static partial int GetProcessGroup();

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);

    /// <summary>fcntl takes its arguments after the command as variable arguments. Apple's ARM64 convention passes those on
    /// the stack, all others pass them in registers. So the argument is passed twice: in the third place, and in the ninth,
    /// which is the first on the stack.</summary>
    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int DuplicateAbove(
        int handle, int command, nint least, nint fourth, nint fifth, nint sixth, nint seventh, nint eighth, nint leastOnStack);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int SetHandleFlags(int handle, int command, int flags);

    [LibraryImport("libc", EntryPoint = "close_range")]
    private static partial int CloseRange(uint first, uint last, int flags);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
    private static partial int Duplicate(int from, int to);

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Control(int option, nint second, nint third, nint fourth, nint fifth);

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void ExitNow(int code);

    [LibraryImport("libc.so.6", EntryPoint = "__cxa_thread_atexit_impl")]
    private static partial int AddThreadDestructor(nint function, nint argument, nint library);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool TerminateProcess(nint process, uint exitCode);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}
