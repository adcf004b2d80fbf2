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
    private const string Ending = ".dmp";

    private readonly string _path = Path.GetFullPath(path);

    /// <summary>Nobody else's file has it, and nobody can foresee it.</summary>
    private readonly string _crashPrefix = $"{Prefix}crash-{Path.GetRandomFileName()}-";

    /// <summary>The name of the file of a worker that crashes, as the runtime takes it: <c>%p</c> is its number. Throws as
    /// <see cref="NewFile"/> does.</summary>
    public string MakeCrashPattern()
    {
        Make();
        return DumpWriter.Escaped(Path.Combine(_path, _crashPrefix)) + "%p" + Ending;
    }

    /// <summary>A name for a new file. Throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> if the directory
    /// cannot be made, or is not to be used.</summary>
    public string NewFile(int processId)
    {
        Make();
        return Named(processId);
    }

    /// <summary>Deletes the oldest files until the rest is within the bounds. Returns why the given one did not stay, or null. Throws as
    /// <see cref="NewFile"/> does.</summary>
    public string? Keep(string file)
    {
        FileInfo[] files =
        [
            .. new DirectoryInfo(_path).EnumerateFiles(Prefix + "*" + Ending).OrderByDescending(static other => other.LastWriteTimeUtc)
                .ThenByDescending(static other => other.Name, StringComparer.Ordinal),
        ];
        long bytes = 0;
        for (int i = 0; i < files.Length; i++)
        {
            bytes += files[i].Length;
            if (i >= maxFiles || bytes > maxBytes)
                TryDelete(files[i].FullName);
        }
        return File.Exists(file)
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"it did not stay within MaxDumps ({maxFiles}) and MaxDumpBytes ({maxBytes})");
    }

    /// <summary>The file of a worker that has crashed, under a name that no later worker uses; null if there is none. Throws as
    /// <see cref="NewFile"/> does.</summary>
    public string? TakeCrash(int processId)
    {
        string written = Path.Combine(_path, string.Create(CultureInfo.InvariantCulture, $"{_crashPrefix}{processId}{Ending}"));
        if (!File.Exists(written))
            return null;
        string file = Named(processId);
        File.Move(written, file);
        return file;
    }

    /// <summary>Deletes a file, if it is there and can be.</summary>
    public static void TryDelete(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Somebody reads it, or another process has deleted it.
        }
    }

    private string Named(int processId) => Path.Combine(_path, string.Create(
        CultureInfo.InvariantCulture, $"{Prefix}{DateTime.UtcNow:yyyyMMdd'T'HHmmssfff}-{processId}{Ending}"));

    private void Make()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(_path);
            return;
        }
        Directory.CreateDirectory(_path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if ((File.GetUnixFileMode(_path) & UnixFileMode.OtherWrite) != 0)
            throw new IOException($"everybody may write in '{_path}', and memory holds secrets; choose a directory of your own");
    }
}
