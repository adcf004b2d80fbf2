using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Offloop.Workers;

/// <summary>A job object that holds a worker and everything it starts, children whose parent is gone included. All of it ends with the job,
/// and the job ends when its handle is closed, which the system does when this process dies in any way.</summary>
[SupportedOSPlatform("windows")]
internal sealed partial class WindowsJob : IDisposable
{
    private const uint KillOnJobClose = 0x2000;
    private const int ExtendedLimitInformation = 9;
    private const uint KilledExitCode = unchecked((uint)-1); // the same as of Process.Kill

    private readonly SafeFileHandle _handle;

    private WindowsJob(SafeFileHandle handle) => _handle = handle;

    /// <summary>Makes a job around a process that has just been started and has started nothing itself. Throws
    /// <see cref="Win32Exception"/>.</summary>
    public static WindowsJob Around(Process process)
    {
        var job = new WindowsJob(CreateJobObject(0, null));
        try
        {
            var limits = new ExtendedLimits { Basic = { LimitFlags = KillOnJobClose } };
            if (job._handle.IsInvalid
                || !SetInformationJobObject(job._handle, ExtendedLimitInformation, limits, (uint)Unsafe.SizeOf<ExtendedLimits>())
                || !AssignProcessToJobObject(job._handle, process.SafeHandle))
                throw new Win32Exception();
            return job;
        }
        catch
        {
            job.Dispose();
            throw;
        }
    }

    /// <summary>Ends every process in it.</summary>
    public void Kill() => _ = TerminateJobObject(_handle, KilledExitCode); // fails only if nothing is left to end

    public void Dispose() => _handle.Dispose();

    // https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_basic_limit_information
    private struct BasicLimits
    {
        public long PerProcessUserTimeLimit;
        public long PerJobUserTimeLimit;
        public uint LimitFlags;
        public nuint MinimumWorkingSetSize;
        public nuint MaximumWorkingSetSize;
        public uint ActiveProcessLimit;
        public nuint Affinity;
        public uint PriorityClass;
        public uint SchedulingClass;
    }

    // https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_extended_limit_information
    private struct ExtendedLimits
    {
        public BasicLimits Basic;
        public IoCounters Io;
        public nuint ProcessMemoryLimit;
        public nuint JobMemoryLimit;
        public nuint PeakProcessMemoryUsed;
        public nuint PeakJobMemoryUsed;
    }

    // https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-io_counters
    [InlineArray(6)]
    private struct IoCounters
    {
        public ulong Count;
    }

    [LibraryImport("kernel32", EntryPoint = "CreateJobObjectW", StringMarshalling = StringMarshalling.Utf16, SetLastError = true)]
    private static partial SafeFileHandle CreateJobObject(nint securityAttributes, string? name);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetInformationJobObject(
        SafeFileHandle job, int informationClass, in ExtendedLimits information, uint length);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool AssignProcessToJobObject(SafeFileHandle job, SafeProcessHandle process);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool TerminateJobObject(SafeFileHandle job, uint exitCode);
}
