using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Offloop.SampleTasks;

/// <summary>Tasks that start children in every way that Unix knows; the children live as long as their worker.</summary>
public static partial class Inheriting
{
    /// <summary>The processes of children that were started by .NET, by a shell, and by libc itself.</summary>
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

    [LibraryImport("libc", EntryPoint = "system", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Run(string command);

    [LibraryImport("libc", EntryPoint = "posix_spawnp", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Spawn(out int process, string file, nint actions, nint attributes, string?[] arguments, string?[] environment);
}
