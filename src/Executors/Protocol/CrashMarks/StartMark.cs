using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace Offloop.Protocol;

/// <summary>A page of a file in which a worker notes how far its tasks are. The notes survive its death, even by SIGKILL. The worker maps
/// the file. The coordinator only reads it, and does not map it: if somebody truncates a mapped file, the process that touches the mapping
/// dies. Each task has one word, in a ring that is longer than the number of tasks a worker may have at once. Two words for each task
/// thread follow the ring: whether it has ended the process, and its last task. The <see cref="EndJournal"/> follows them.</summary>
internal sealed unsafe class StartMark : IDisposable
{
    public const int FileBytes = 64 << 10;

    /// <summary>How many tasks a worker may have at once, so that each has its own word.</summary>
    public const int Words = MarkBytes / sizeof(long);

    private const int MarkBytes = 4096;

    /// <summary>How many task threads a worker may have.</summary>
    public const int Threads = 128;

    /// <summary>Where the <see cref="EndJournal"/> begins.</summary>
    public const int JournalAt = MarkBytes + Threads * 2 * sizeof(long);

    private const long StartedBit = 1L << 32;
    private const long FinishedBit = 1L << 33;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly long* _words;
    private bool _isStamped;

    public StartMark(string path)
        : this(MemoryMappedFile.CreateFromFile(path, FileMode.Open, mapName: null, FileBytes))
    {
    }

    private StartMark(MemoryMappedFile file)
    {
        _file = file;
        _view = _file.CreateViewAccessor(0, FileBytes);
        byte* page = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref page);
        _words = (long*)page;
        Journal = new EndJournal(page + JournalAt, FileBytes - JournalAt);
    }

    public EndJournal Journal { get; }

    /// <summary>Makes a mark without a file, for a rehearsal: nobody else reads it.</summary>
    public static StartMark InMemory() => new(MemoryMappedFile.CreateNew(mapName: null, FileBytes));

    /// <summary>Makes the file and allocates every byte of it, so that the worker's mapping cannot fault for want of space. The returned
    /// handle reads this very file as long as it is open, whatever is put under its name meanwhile.</summary>
    public static SafeFileHandle Create(string path)
    {
        using (SafeFileHandle made = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write))
            RandomAccess.Write(made, new byte[FileBytes], fileOffset: 0);
        return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
    }

    /// <summary>Returns all notes of a worker; null if the file was damaged or is closed, so that nothing is known.</summary>
    public static byte[]? Read(SafeFileHandle file)
    {
        try
        {
            byte[] page = new byte[FileBytes];
            return RandomAccess.GetLength(file) == FileBytes && RandomAccess.Read(file, page, fileOffset: 0) == FileBytes ? page : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            return null;
        }
    }

    /// <summary>How far a task of a worker that lives is, from its file; <see cref="TaskPhase.Unknown"/> if that is closed. If the file
    /// was damaged, the task may run: that is the careful answer.</summary>
    public static TaskPhase PhaseIn(SafeFileHandle file, int sequence)
    {
        Span<byte> word = stackalloc byte[sizeof(long)];
        try
        {
            bool isWhole = RandomAccess.GetLength(file) == FileBytes
                && RandomAccess.Read(file, word, fileOffset: IndexOf(sequence) * sizeof(long)) == word.Length;
            return isWhole ? PhaseOf(BinaryPrimitives.ReadInt64LittleEndian(word), sequence) : TaskPhase.Running;
        }
        catch (ObjectDisposedException)
        {
            return TaskPhase.Unknown;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return TaskPhase.Running;
        }
    }

    /// <summary>How far a task had come, from the page that <see cref="Read"/> returned. If nothing is known, the task may have
    /// run: that is the careful answer.</summary>
    public static TaskPhase PhaseOf(byte[]? page, int sequence)
    {
        if (page is null)
            return TaskPhase.Running;
        return PhaseOf(BinaryPrimitives.ReadInt64LittleEndian(page.AsSpan(IndexOf(sequence) * sizeof(long))), sequence);
    }

    /// <summary>Whether a worker had at least begun to wait for a task's argument, from the page that <see cref="Read"/> returned. If
    /// nothing is known, it may have.</summary>
    public static bool WasTaken(byte[]? page, int sequence) =>
        page is null || (int)BinaryPrimitives.ReadInt64LittleEndian(page.AsSpan(IndexOf(sequence) * sizeof(long))) == sequence;

    /// <summary>The ends that a worker had noted and not cleared when it died, from the file that <see cref="Read"/> returned.</summary>
    public static FinishedTask[] EndsIn(byte[]? file) => file is null ? [] : EndJournal.Read(file.AsSpan(JournalAt));

    /// <summary>The number of the last task on the thread that ended the process, from the file that <see cref="Read"/> returned; 0 if
    /// nothing is known.</summary>
    public static int ExitedBy(byte[]? file)
    {
        for (int place = MarkBytes; file is not null && place < JournalAt; place += 2 * sizeof(long))
        {
            if (BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan(place)) != 0)
                return (int)BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan(place + sizeof(long)));
        }
        return 0;
    }

    /// <summary>The address at which it is to be written that a thread, counted from 0, has ended the process.</summary>
    public nint StampOf(int thread)
    {
        _isStamped = true;
        return (nint)(_words + Words + 2 * thread);
    }

    /// <summary>Notes that a thread, counted from 0, runs this task.</summary>
    public void Runs(int thread, int sequence) => Volatile.Write(ref _words[Words + 2 * thread + 1], (uint)sequence);

    /// <summary>Notes that this task is next and its argument is awaited.</summary>
    public void Taken(int sequence) => Volatile.Write(ref _words[IndexOf(sequence)], (uint)sequence);

    /// <summary>Notes that this task's method is about to be called.</summary>
    public void Started(int sequence) => Volatile.Write(ref _words[IndexOf(sequence)], (uint)sequence | StartedBit);

    /// <summary>Notes that this task's method has returned.</summary>
    public void Finished(int sequence) => Volatile.Write(ref _words[IndexOf(sequence)], (uint)sequence | StartedBit | FinishedBit);

    private static TaskPhase PhaseOf(long word, int sequence)
    {
        if ((int)word != sequence || (word & StartedBit) == 0)
            return TaskPhase.NotStarted;
        return (word & FinishedBit) == 0 ? TaskPhase.Running : TaskPhase.ResultLost;
    }

    /// <summary>The place of a task's mark.</summary>
    public static int IndexOf(int sequence) => (int)((uint)sequence % Words);

    public void Dispose()
    {
        if (!_isStamped) // the stamp may still come; the mapping ends with the process then
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }
}
