using System.Runtime.InteropServices;
using Microsoft.Diagnostics.Runtime;

namespace Offloop.Diagnostics.Reading;

/// <summary>Reads the stack of a thread that cannot be walked: one that was met in native code of the runtime to which nothing leads, such
/// as the allocation of an object or <see cref="Thread.SpinWait"/>. Each word of its stack that is an address within managed code is taken
/// for the return address of a call, and a word that is the address of a task says whose thread it is.</summary>
internal static class StackScan
{
    private const int MostBytes = 64 << 10;
    private const string Note =
        "The thread was in native code of the runtime, so these frames were found by looking through its stack: some may be left from "
        + "calls that had returned.";

    /// <summary>Returns null if the thread runs no task.</summary>
    public static TaskReading? Read(ClrRuntime runtime, ClrThread thread)
    {
        if (StackPointerOf(runtime, thread) is not { } stackPointer)
            return null;
        byte[] stack = new byte[MostBytes];
        int words = runtime.DataTarget.DataReader.Read(stackPointer, stack) / sizeof(ulong); // up to the end of the stack
        long? task = null;
        var frames = new List<string>();
        for (int i = 0; i < words; i++)
        {
            ulong word = BitConverter.ToUInt64(stack, i * sizeof(ulong));
            if (runtime.GetMethodByInstructionPointer(word) is { } method)
                frames.Add(FrameText.Of(method));
            else if (task is null && runtime.Heap.GetObject(word) is var found && StackReader.IsTask(found))
                task = StackReader.IdOf(found);
        }
        return task is { } id ? new TaskReading(id, FrameText.OfTask([.. frames]), WaitsFor: null, Note) : null;
    }

    /// <summary>The registers come as the structure CONTEXT of Windows on every system.</summary>
    private static ulong? StackPointerOf(ClrRuntime runtime, ClrThread thread)
    {
        (uint flags, int place) = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => (0x100001u, 0x98), // CONTEXT_CONTROL, Rsp
            Architecture.Arm64 => (0x400001u, 0x100), // CONTEXT_CONTROL, Sp
            _ => (0u, 0),
        };
        byte[] context = new byte[2048];
        return place > 0 && runtime.DataTarget.DataReader.GetThreadContext(thread.OSThreadId, flags, context)
            ? BitConverter.ToUInt64(context, place)
            : null;
    }
}
