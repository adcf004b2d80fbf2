using System.Runtime.InteropServices;

namespace Offloop.Chaos.Surroundings;

/// <summary>Calls of Linux that change what surrounds a process.</summary>
internal static partial class SystemCalls
{
    private const int OpenHandles = 7; // RLIMIT_NOFILE on x64 and arm64
    private const int Detach = 2; // MNT_DETACH: at once, also while files in it are open
    private const nuint ReadOnly = 1, Remount = 32, Bind = 4096;

    /// <summary>Mounts a file system in memory, and returns whether this process may do that.</summary>
    public static bool MountMemory(string directory, int mebibytes) =>
        Mount("tmpfs", directory, "tmpfs", 0, FormattableString.Invariant($"size={mebibytes}m")) == 0;

    /// <summary>Lays a read-only view of a directory over it. Handles that are open already still write.</summary>
    public static bool MountReadOnly(string directory)
    {
        if (Mount(directory, directory, null, Bind, null) != 0)
            return false;
        if (Mount(null, directory, null, Bind | Remount | ReadOnly, null) == 0)
            return true;
        Unmount(directory);
        return false;
    }

    public static void Unmount(string directory) => _ = Unmount(directory, Detach);

    /// <summary>Sets the number of handles that this process may have, and returns the one before.</summary>
    public static ulong LimitHandles(ulong count)
    {
        _ = GetLimit(OpenHandles, out Limit limit);
        ulong before = limit.Soft;
        limit.Soft = Math.Min(count, limit.Hard);
        _ = SetLimit(OpenHandles, limit);
        return before;
    }

    [LibraryImport("libc", EntryPoint = "mount", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Mount(string? source, string target, string? type, nuint flags, string? data);

    [LibraryImport("libc", EntryPoint = "umount2", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unmount(string target, int flags);

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, out Limit limit);

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int SetLimit(int resource, in Limit limit);

    private struct Limit
    {
        public ulong Soft;
        public ulong Hard;
    }
}
