using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Offloop.SampleTasks;

/// <summary>Tasks that start children in every way that Unix has. The children live as long as their worker.</summary>
public static partial class Inheriting
{
    /// <summary>Starts children through .NET, through a shell and through libc, and returns their process ids.</summary>
    public static int[] StartChildren()
    {
        using Process managed = Process.Start("sleep", "1000");
        string file = Path.GetTempFileName();
        Run($"sleep 1000 & echo $! > '{file}'");
        int ofShell = int.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture);
        File.Delete(file);
        if (Spawn(out int spawned, "sleep", 0, 0, ["sleep", "1000", null], [null]) != 0)
            throw new InvalidOperationException("posix_spawnp failed");
        return [managed.Id, ofShell, spawned];
    }

    /// <summary>Opens a handle that every child inherits, as native code often does, and does not close it.</summary>
    public static int OpenForChildren(string file)
    {
        const int ReadWrite = 2;
        return Open(file, ReadWrite) is >= 0 and var handle ? handle : throw new IOException("open failed");
    }

    public static void Close(int handle) => _ = CloseHandle(handle);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseHandle(int handle);

    [LibraryImport("libc", EntryPoint = "system", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Run(string command);

    [LibraryImport("libc", EntryPoint = "posix_spawnp", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Spawn(
        out int process, string file, nint actions, nint attributes, string?[] arguments, string?[] environment);
}
