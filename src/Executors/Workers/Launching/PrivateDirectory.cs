using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Offloop.Telemetry;

namespace Offloop.Workers;

/// <summary>A pool's own directory for pipes and start marks, which only its user may enter. A lock file says that its owner lives; those
/// of owners that died are removed by the next pool that starts.</summary>
internal sealed class PrivateDirectory : IDisposable
{
    private const string Prefix = "offloop-";
    private const string LockName = "lock";

    /// <summary>What a socket's path may have on every Unix (macOS: 104 bytes with the terminating zero), less the longest file name
    /// here.</summary>
    private const int MaxPathBytes = 103 - 16;

    private static readonly TimeSpan s_unlockedMayBeNew = TimeSpan.FromMinutes(1);

    private readonly FileStream _lock;
    private readonly ILogger _logger;

    private PrivateDirectory(string path, FileStream @lock, ILogger logger) => (Path, _lock, _logger) = (path, @lock, logger);

    public string Path { get; }

    /// <summary>Throws <see cref="InvalidOperationException"/>, which names the variable to set, when the temporary directory is of no
    /// use.</summary>
    public static PrivateDirectory Create(ILogger logger)
    {
        string root = System.IO.Path.GetTempPath();
        SweepAbandoned(root, logger);
        while (true)
        {
            string path = System.IO.Path.Combine(root, Prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6)));
            if (!OperatingSystem.IsWindows() && Encoding.UTF8.GetByteCount(path) > MaxPathBytes)
                throw new InvalidOperationException($"The temporary directory '{root}' has too long a path for a socket; set the "
                    + $"environment variable TMPDIR to one of at most {MaxPathBytes - Prefix.Length - 13} bytes.");
            try
            {
                if (OperatingSystem.IsWindows())
                    Directory.CreateDirectory(path);
                else
                    Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                return new PrivateDirectory(path, OpenLock(path, FileMode.CreateNew), logger);
            }
            catch (IOException) when (Directory.Exists(path))
            {
                // Another pool's sweep took the lock in the moment between its creation and its locking: take another name.
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                string variable = OperatingSystem.IsWindows() ? "TMP" : "TMPDIR";
                throw new InvalidOperationException($"The temporary directory '{root}' cannot be written ({error.Message}); set the "
                    + $"environment variable {variable} to one that can.", error);
            }
        }
    }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Removes a file, if it can be: whoever may write here may have put something else in its place.</summary>
    public static void TryDelete(string path)
    {
        try
        {
            System.IO.File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It goes with the directory.
        }
    }

    public void Dispose()
    {
        _lock.Dispose();
        Delete(Path, _logger);
    }

    private static FileStream OpenLock(string path, FileMode mode) =>
        new(System.IO.Path.Combine(path, LockName), mode, FileAccess.ReadWrite, FileShare.None);

    private static void SweepAbandoned(string root, ILogger logger)
    {
        try
        {
            foreach (string path in Directory.EnumerateDirectories(root, Prefix + "*"))
            {
                if (IsAbandoned(path))
                    Delete(path, logger);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            logger.DirectoryLeft(root, error.Message);
        }
    }

    private static bool IsAbandoned(string path)
    {
        try
        {
            using FileStream taken = OpenLock(path, FileMode.Open);
            return true;
        }
        catch (FileNotFoundException)
        {
            return DateTime.UtcNow - Directory.GetCreationTimeUtc(path) > s_unlockedMayBeNew;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false; // its owner lives, or it is another user's
        }
    }

    private static void Delete(string path, ILogger logger)
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            logger.DirectoryLeft(path, error.Message);
        }
    }
}
