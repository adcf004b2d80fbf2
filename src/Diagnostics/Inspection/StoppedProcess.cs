using System.Runtime.InteropServices;

namespace Offloop.Diagnostics.Inspection;

/// <summary>Lets a process go on that may have been left stopped. The only platform code of this package.</summary>
internal static partial class StoppedProcess
{
    private static int SignalContinue => OperatingSystem.IsMacOS() ? 19 : 18;

    /// <summary>A reader that is killed between the moment in which it asks the system for a stop and the stop itself leaves the process
    /// stopped. One that is not stopped does not notice this.</summary>
    public static void Continue(int processId)
    {
        if (!OperatingSystem.IsWindows())
            _ = Kill(processId, SignalContinue); // fails if it has ended
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
