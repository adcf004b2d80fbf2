using System.Globalization;
using System.Text.RegularExpressions;

namespace Offloop.Recording;

/// <summary>The directory of the files: writes them whole or not at all, and removes the oldest. Several processes may share it, so a file
/// may be gone at any time. Other files in it are left alone.</summary>
internal sealed partial class RecordDirectory(FailureRecording recording)
{
    private const string TimeFormat = "yyyyMMdd'T'HHmmssfff'Z'";
    private const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>A file that was begun so long ago belongs to a process that has died meanwhile.</summary>
    private static readonly TimeSpan s_longestWrite = TimeSpan.FromHours(1);

    /// <summary>Makes the directory if it is not there.</summary>
    public void Ensure()
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(recording.Directory);
        else
            Directory.CreateDirectory(recording.Directory, OwnersFile | UnixFileMode.UserExecute);
    }

    /// <summary>Writes a file and returns its path.</summary>
    public string Write(byte[] content, long task, int attempt, DateTimeOffset now)
    {
        Ensure();
        string time = now.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);
        string name = string.Create(
            CultureInfo.InvariantCulture,
            $"offloop-failure-{time}-p{Environment.ProcessId}-t{task}-a{attempt}-{(uint)Random.Shared.Next():x8}.json");
        string path = Path.Combine(recording.Directory, name);
        string begun = $"{path}.tmp";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = OwnersFile;
            using (var file = new FileStream(begun, options))
                file.Write(content);
            File.Move(begun, path);
            return path;
        }
        catch
        {
            Remove(begun);
            throw;
        }
    }

    /// <summary>Removes the files that are too many, too large or too old.</summary>
    public void Prune(DateTimeOffset now)
    {
        long bytes = 0;
        int count = 0;
        foreach (FileInfo file in Files("offloop-failure-*.json").OrderByDescending(static file => file.Name, StringComparer.Ordinal))
        {
            if (TimeOf(file.Name) is not { } written)
                continue; // somebody else's
            count++;
            bytes += LengthOf(file);
            bool isTooOld = recording.MaxAge != Timeout.InfiniteTimeSpan && now - written > recording.MaxAge;
            if (isTooOld || count > recording.MaxFiles || bytes > recording.MaxBytes)
                Remove(file.FullName);
        }
        foreach (FileInfo file in Files("offloop-failure-*.json.tmp"))
        {
            if (TimeOf(file.Name[..^".tmp".Length]) is { } begun && now - begun > s_longestWrite)
                Remove(file.FullName);
        }
    }

    private FileInfo[] Files(string pattern) => new DirectoryInfo(recording.Directory).GetFiles(pattern);

    private static long LengthOf(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (IOException) // another process has removed it
        {
            return 0;
        }
    }

    private static DateTimeOffset? TimeOf(string name) =>
        Name().Match(name) is { Success: true } match
        && DateTimeOffset.TryParseExact(
            match.Groups[1].ValueSpan, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? time
            : null;

    private static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Another process removes it, or reads it; it is tried again with the next file.
        }
    }

    [GeneratedRegex(@"^offloop-failure-(\d{8}T\d{9}Z)-p\d+-t\d+-a\d+-[0-9a-f]{8}\.json$", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
