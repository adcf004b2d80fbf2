using System.Globalization;
using Microsoft.Diagnostics.Runtime;

namespace Offloop.Diagnostics.Reading;

/// <summary>Who holds the locks of a process that stands still.</summary>
internal sealed class LockHolders(ClrRuntime runtime)
{
    private const string EntersMonitor = "System.Threading.Monitor";
    private const string EntersLock = "System.Threading.Lock";
    private const string OwnerField = "_owningThreadId"; // the system's number of the thread

    /// <summary>The lock that a thread waits to enter, in words, with its holder; null if it waits for none.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="stack">Its frames, the innermost first.</param>
    public string? WaitedForBy(ClrThread thread, IReadOnlyList<ClrStackFrame> stack)
    {
        ClrStackFrame? enters = stack.FirstOrDefault(IsEnter);
        if (enters?.Method?.Type?.Name is not { } kind)
            return null;
        // What the entering method refers to is the lock; it is on the stack of that frame.
        ClrObject waited = thread.EnumerateStackRoots()
            .Where(root => root.StackFrame?.Method?.Type?.Name == kind)
            .Select(static root => root.Object)
            .FirstOrDefault(found => found.IsValid && (kind == EntersLock) == (found.Type?.Name == EntersLock) && IsHeld(found, kind));
        if (!waited.IsValid)
            return "a lock, of which is unknown who holds it";
        ClrThread? holder = kind == EntersLock ? HolderOfLock(waited) : HolderOfMonitor(waited);
        return $"the lock of a {waited.Type!.Name}, which {Describe(holder)}";
    }

    private static bool IsEnter(ClrStackFrame frame) =>
        frame.Method is { Type.Name: EntersMonitor or EntersLock, Name: { } name }
        && (name.Contains("Enter", StringComparison.Ordinal) || name.Contains("TryEnter", StringComparison.Ordinal));

    private bool IsHeld(ClrObject found, string kind) => (kind == EntersLock ? HolderOfLock(found) : HolderOfMonitor(found)) is not null;

    private ClrThread? HolderOfMonitor(ClrObject locked)
    {
        if (locked.SyncBlock is { IsMonitorHeld: true } block)
            return runtime.Threads.FirstOrDefault(thread => thread.Address == block.HoldingThreadAddress);
        return locked.GetThinLock()?.Thread;
    }

    private ClrThread? HolderOfLock(ClrObject locked)
    {
        uint owner = locked.ReadField<uint>(OwnerField);
        return owner == 0 ? null : runtime.Threads.FirstOrDefault(thread => thread.OSThreadId == owner);
    }

    private static string Describe(ClrThread? holder)
    {
        if (holder is null)
            return "is held by an unknown thread";
        string? at = holder.EnumerateStackTrace().Take(100).Select(static frame => frame.Method).OfType<ClrMethod>()
            .Select(FrameText.Of)
            .FirstOrDefault(static frame => !frame.StartsWith("System.", StringComparison.Ordinal));
        return string.Create(
            CultureInfo.InvariantCulture, $"thread {holder.ManagedThreadId} holds{(at is null ? "" : $", in {at}")}");
    }
}
