using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Microsoft.Diagnostics.Runtime;

namespace Offloop.Diagnostics.Reading;

/// <summary>Reads the managed stacks of a worker's tasks. It runs in a process of its own (<see cref="Inspection.InspectorPool"/>): the
/// debugging library of the runtime is native code that reads memory which may be broken; and where a debugger is also the parent, its
/// waiting for the process takes away the exit code that <see cref="System.Diagnostics.Process"/> waits for, which then ends the whole
/// parent ("Error while reaping child").</summary>
internal static class StackReader
{
    private const string TaskType = "Offloop.WorkerHost.Tasks.RunningTask";
    private const string TaskIdField = "TaskId";
    private const int MostFrames = 200;

    private const string NoRuntime =
        "Its stacks could not be read: it has no .NET runtime that could be found, as is so in a self-contained single file; publish "
        + "without PublishSingleFile.";

    private static readonly DataTargetOptions s_options = new() { FileLocator = new NoFiles() };

    /// <summary>Reads the stacks of a worker, which stands still meanwhile. It does not throw for what may be wrong with the process or
    /// the system.</summary>
    public static StackReading Read(int processId) => Read(processId, suspends: true);

    /// <summary>The same without stopping the process. What it finds may be nonsense.</summary>
    public static StackReading Glance(int processId) => Read(processId, suspends: false);

    private static StackReading Read(int processId, bool suspends)
    {
        try
        {
            using DataTarget target = DataTarget.AttachToProcess(processId, suspends, s_options);
            if (target.ClrVersions is not [var version, ..])
                return new StackReading([], NoRuntime);
            if (DebuggingLibrary.Of(version) is not { } library)
                return new StackReading([], DebuggingLibrary.Missing);
            using ClrRuntime runtime = version.CreateRuntime(library, ignoreMismatch: true);
            var holders = new LockHolders(runtime);
            return new StackReading([.. runtime.Threads.Where(static thread => thread.IsAlive).Select(Read).OfType<TaskReading>()]);

            TaskReading? Read(ClrThread thread) => StackReader.Read(thread, holders, runtime);
        }
        catch (Exception error) when (error is ClrDiagnosticsException or ArgumentException or IOException or UnauthorizedAccessException
            or InvalidOperationException or PlatformNotSupportedException or ExternalException or NotSupportedException)
        {
            return new StackReading([], Refusal(error));
        }
    }

    private static TaskReading? Read(ClrThread thread, LockHolders holders, ClrRuntime runtime)
    {
        ClrStackFrame[] stack = [.. thread.EnumerateStackTrace().Take(MostFrames + 1)];
        string[] frames = [.. stack.Select(static frame => frame.Method).OfType<ClrMethod>().Select(FrameText.Of)];
        if (!FrameText.HasRunner(frames))
            return FrameText.IsWhole(frames) ? null : StackScan.Read(runtime, thread);
        ClrObject task = thread.EnumerateStackRoots().Select(static root => root.Object).FirstOrDefault(IsTask);
        // What a thread refers to is not known for every one of its instructions.
        long? id = task.IsValid ? IdOf(task) : StackScan.Read(runtime, thread)?.TaskId;
        if (id is null)
            return null;
        string? note = stack.Length <= MostFrames ? null : $"Only the innermost {MostFrames} frames were read.";
        return new TaskReading(
            id.Value, FrameText.OfTask([.. frames.Take(MostFrames)]), holders.WaitedForBy(thread, stack), note);
    }

    /// <summary>Whether an object of a worker stands for a task that runs.</summary>
    public static bool IsTask(ClrObject found) => found.IsValid && found.Type?.Name == TaskType;

    public static long IdOf(ClrObject task) => task.ReadField<long>(TaskIdField);

    /// <summary>Files are not looked for elsewhere: the default would ask a server.</summary>
    private sealed class NoFiles : IFileLocator
    {
        public string? FindPEImage(string fileName, int buildTimeStamp, int imageSize, bool checkProperties) => null;

        public string? FindPEImage(
            string fileName, SymbolProperties archivedUnder, ImmutableArray<byte> buildIdOrUUID, OSPlatform originalPlatform,
            bool checkProperties) => null;
    }

    private static string Refusal(Exception error) =>
        error is ClrDiagnosticsException && OperatingSystem.IsLinux()
            ? "Its stacks could not be read: the system does not allow it (in a container, add the capability SYS_PTRACE), it is being "
                + "debugged, or it has just ended."
            : $"Its stacks could not be read: {error.Message}";
}
