using System.IO.MemoryMappedFiles;

namespace Offloop.Protocol;

/// <summary>A page of a file in which a worker notes how far its tasks are: what it wrote survives its death, even by SIGKILL. The worker maps
/// it; the coordinator only reads the file, after the worker is gone, because a mapping of a file that somebody truncates ends the
/// process that touches it.</summary>
internal sealed unsafe class StartMark : IDisposable
{
    public const int FileBytes = 4096;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly long* _started;
    private readonly long* _finished;

    public StartMark(string path)
    {
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, mapName: null, FileBytes);
        _view = _file.CreateViewAccessor(0, FileBytes);
        byte* page = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref page);
        _started = (long*)page;
        _finished = (long*)(page + sizeof(long));
    }

    /// <summary>Makes the file, with every byte of it allocated, so that the worker's mapping cannot fault for want of space.</summary>
    public static void Create(string path) => File.WriteAllBytes(path, new byte[FileBytes]);

    /// <summary>What a worker that is gone had noted. A file that was spoilt says that nothing is known, which counts as running.</summary>
    public static (long Started, long Finished)? Read(string path)
    {
        try
        {
            byte[] bytes = File.ReadAllBytes(path);
            if (bytes.Length != FileBytes)
                return null;
            long started = BitConverter.ToInt64(bytes, 0);
            long finished = BitConverter.ToInt64(bytes, sizeof(long));
            return started >= finished && finished >= 0 ? (started, finished) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The method of this task is about to be called.</summary>
    public void Started(int sequence) => Volatile.Write(ref *_started, sequence);

    /// <summary>The method of this task has returned.</summary>
    public void Finished(int sequence) => Volatile.Write(ref *_finished, sequence);

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }
}
