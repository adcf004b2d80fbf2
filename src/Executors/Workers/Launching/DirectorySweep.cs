using Microsoft.Extensions.Logging;
using Offloop.Telemetry;

namespace Offloop.Workers;

/// <summary>Removes the private directories of owners that died. A directory stays if a living process may own it: its lock is held, or
/// its owner's process lives, or the owner is in another pid namespace and cannot be seen from here.</summary>
internal static class DirectorySweep
{
    /// <summary>The file that an owner holds open.</summary>
    public const string LockName = "lock";

    private static readonly TimeSpan s_mayBeNew = TimeSpan.FromMinutes(1);

    /// <summary>Opens the lock so that nobody else can. Throws <see cref="IOException"/> if somebody has done so.</summary>
    public static FileStream OpenLock(string path, FileMode mode) =>
        new(Path.Combine(path, LockName), mode, FileAccess.ReadWrite, FileShare.None);

    /// <summary>Removes the directories with this beginning of their name that nobody can need any more.</summary>
    public static void Run(string root, string prefix, ILogger logger)
    {
        try
        {
            foreach (string path in Directory.EnumerateDirectories(root, prefix + "*"))
            {
                if (IsAbandoned(path))
                    Delete(path, logger);
            }
        }
        catch (DirectoryNotFoundException)
        {
            // Nobody has left anything in a directory that does not exist.
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            logger.DirectoryLeft(root, error.Message);
        }
    }

    /// <summary>Whether nobody can need a directory any more: its lock is free or gone, and its owner is gone. If it does not name its
    /// owner, the lock decides. If it has no lock either, somebody may be making it, unless it is old and empty.</summary>
    private static bool IsAbandoned(string path)
    {
        DirectoryOwner? owner = DirectoryOwner.Read(path);
        if (owner?.MayLive == true)
            return false;
        try
        {
            using FileStream taken = OpenLock(path, FileMode.Open);
            return true;
        }
        catch (FileNotFoundException)
        {
            return owner is not null
                || (DateTime.UtcNow - Directory.GetCreationTimeUtc(path) > s_mayBeNew
                    && !Directory.EnumerateFileSystemEntries(path).Any());
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false; // its owner lives, or it is another user's
        }
    }

    /// <summary>Removes a directory, if it can be.</summary>
    public static void Delete(string path, ILogger logger)
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
