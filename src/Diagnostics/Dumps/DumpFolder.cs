using System.Globalization;

namespace Offloop.Diagnostics.Dumps;

/// <summary>The directory of the files with memory, and the bounds on them. Several pools and processes may share it.
/// Thread-safe.</summary>
/// <param name="path">The directory.</param>
/// <param name="maxFiles">How many files are kept.</param>
/// <param name="maxBytes">How many bytes they have at most.</param>
internal sealed class DumpFolder(string path, int maxFiles, long maxBytes)
{
    private const string Prefix = "offloop-";
    private const string CrashPrefix = Prefix + "crash-";
    private const string Ending = ".dmp";

    private readonly string _path = Path.GetFullPath(path);

    /// <summary>The name of the file of a worker that crashes, as the runtime takes it: <c>%p</c> is its number.</summary>
    public string CrashPattern
    {
        get
        {
            Make();
            return DumpWriter.Escaped(Path.Combine(_path, CrashPrefix)) + "%p" + Ending;
        }
    }

    /// <summary>A name for a new file. Throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> if the directory
    /// cannot be made.</summary>
    public string NewFile(int processId)
    {
        Make();
        return Named(processId);
    }

    /// <summary>Deletes the oldest files until the rest is within the bounds. Returns why the given one did not stay, or null.</summary>
    public string? Keep(string file)
    {
        long size = new FileInfo(file).Length;
        FileInfo[] files =
        [
            .. new DirectoryInfo(_path).EnumerateFiles(Prefix + "*" + Ending).OrderByDescending(static other => other.LastWriteTimeUtc),
        ];
        long bytes = 0;
        for (int i = 0; i < files.Length; i++)
        {
            bytes += files[i].Length;
            if (i >= maxFiles || bytes > maxBytes)
                TryDelete(files[i]);
        }
        return size <= maxBytes
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"it has {size} bytes, and MaxDumpBytes is {maxBytes}; it was deleted");
    }

    /// <summary>The file of a worker that has crashed, under a name that no later worker uses; null if there is none.</summary>
    public string? TakeCrash(int processId)
    {
        string written = Path.Combine(_path, string.Create(CultureInfo.InvariantCulture, $"{CrashPrefix}{processId}{Ending}"));
        if (!File.Exists(written))
            return null;
        try
        {
            string file = Named(processId);
            File.Move(written, file);
            return Keep(file) is null ? file : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return written;
        }
    }

    private string Named(int processId) => Path.Combine(_path, string.Create(
        CultureInfo.InvariantCulture, $"{Prefix}{DateTime.UtcNow:yyyyMMdd'T'HHmmssfff}-{processId}{Ending}"));

    private void Make()
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(_path);
        else
            Directory.CreateDirectory(_path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static void TryDelete(FileInfo file)
    {
        try
        {
            file.Delete();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Somebody reads it, or another process has deleted it.
        }
    }
}
