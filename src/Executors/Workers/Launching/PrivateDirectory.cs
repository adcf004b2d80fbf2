using System.Text;
using Microsoft.Extensions.Logging;
using Offloop.Protocol;
using Offloop.Surroundings;

namespace Offloop.Workers;

/// <summary>A pool's own directory for pipes, start marks and the configuration of its workers. Only its user may enter it.
/// <para>Programs that clean the temporary directory know nothing of it, so its files are kept fresh. If one of them is gone all the same,
/// the pool moves to another directory. The next pool that starts removes the directories of owners that died.</para>
/// Thread-safe.</summary>
internal sealed class PrivateDirectory : IDisposable
{
    private const string Prefix = "offloop-";

    /// <summary>The length that a socket's path may have on every Unix (macOS: 104 bytes with the terminating zero), less the longest file
    /// name here.</summary>
    private const int MaxPathBytes = 103 - 16;

    /// <summary>Each worker leaves at most six files.</summary>
    private const int MaxLeft = 6000;

    private const UnixFileMode OwnersAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Cleaners look at ages of days.</summary>
    private static readonly TimeSpan s_freshness = TimeSpan.FromHours(1);

    private readonly Lock _using = new();
    private readonly ILogger _logger;
    private ITimer? _freshener;
    private readonly Dictionary<string, byte[]> _kept = [];

    /// <summary>The directories that the pool has had, the one in use last. Workers may still use the files of the others.</summary>
    private readonly List<(string Path, FileStream Lock)> _made = [];

    /// <summary>Files that could not be removed when their workers ended: the temporary directory was read-only, say.</summary>
    private readonly HashSet<string> _left = [];

    private bool _isClosed;

    private PrivateDirectory(ILogger logger, TimeProvider time)
    {
        _logger = logger;
        CleanContext.Run(() => _freshener = time.CreateTimer(_ => Freshen(), null, s_freshness, s_freshness));
    }

    /// <summary>The directory in use.</summary>
    public string Path
    {
        get
        {
            lock (_using)
                return _made[^1].Path;
        }
    }

    /// <summary>Throws <see cref="InvalidOperationException"/>, which names the variable to set, if the temporary directory is of no
    /// use.</summary>
    public static PrivateDirectory Create(ILogger logger, TimeProvider? time = null)
    {
        string root = System.IO.Path.GetTempPath();
        DirectorySweep.Run(root, Prefix, logger);
        var directory = new PrivateDirectory(logger, time ?? TimeProvider.System);
        try
        {
            directory.Ensure();
            return directory;
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    /// <summary>The path of a file in the directory in use.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file that every start needs; it is there again after each <see cref="Ensure"/>. Throws the same.</summary>
    public void Keep(string name, byte[] content) => Change(() =>
    {
        Write(File(name), content);
        _kept[name] = content;
    });

    /// <summary>Makes another directory if anything is missing in the one in use. It would not be safe to put a file back, because somebody
    /// else may have made a directory of that name. Throws <see cref="InvalidOperationException"/>, which names the variable to set, if no
    /// directory can be made.</summary>
    public void Ensure() => Change(() =>
    {
        _left.RemoveWhere(TryDelete);
        if (_made is [.., var (current, _)] && IsWhole(current))
            return;
        Move();
        foreach ((string name, byte[] content) in _kept)
            Write(File(name), content);
    });

    /// <summary>Removes a file of a worker that has ended. If that is not possible now, it is tried again before each later start, each
    /// hour, and when the pool ends.</summary>
    public void Remove(string path)
    {
        if (TryDelete(path))
            return;
        lock (_using)
        {
            if (_left.Count < MaxLeft)
                _left.Add(path);
        }
    }

    /// <summary>Removes a file, and returns whether it is gone.</summary>
    public static bool TryDelete(string path)
    {
        try
        {
            System.IO.File.Delete(path);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        _freshener?.Dispose();
        lock (_using)
        {
            _isClosed = true;
            _left.RemoveWhere(TryDelete);
            foreach ((string path, FileStream held) in _made)
            {
                held.Dispose();
                DirectorySweep.Delete(path, _logger);
            }
            _made.Clear();
        }
    }

    /// <summary>Makes the files look as if they had just been used.</summary>
    internal void Freshen()
    {
        lock (_using)
        {
            _left.RemoveWhere(TryDelete);
            if (_made is not [.., var (current, _)] || !Directory.Exists(current))
                return;
            DateTime now = DateTime.UtcNow;
            foreach (string path in (string[])[.. Directory.GetFiles(current), current])
            {
                try
                {
                    System.IO.File.SetLastAccessTimeUtc(path, now);
                    System.IO.File.SetLastWriteTimeUtc(path, now);
                }
                catch (Exception error) when (error is IOException or UnauthorizedAccessException)
                {
                    // It was the file of a worker that has just gone. If it was another one, the next start will notice.
                }
            }
        }
    }

    private void Change(Action change)
    {
        lock (_using)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            try
            {
                change();
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                string variable = OperatingSystem.IsWindows() ? "TMP" : "TMPDIR";
                throw new InvalidOperationException(
                    $"The temporary directory '{System.IO.Path.GetTempPath()}' cannot be written ({error.Message.TrimEnd('.')}); make room "
                    + $"in it, or set the environment variable {variable} to one that can.", error);
            }
        }
    }

    private bool IsWhole(string path) =>
        IsThere(System.IO.Path.Combine(path, DirectorySweep.LockName), length: 0)
        && DirectoryOwner.Read(path) == DirectoryOwner.Self
        && _kept.All(kept => IsThere(System.IO.Path.Combine(path, kept.Key), kept.Value.Length));

    private static bool IsThere(string file, int length) => new FileInfo(file) is { Exists: true, Length: var found } && found == length;

    private void Move()
    {
        string root = System.IO.Path.GetTempPath();
        for (int triesLeft = 2; ; triesLeft--)
        {
            string path = System.IO.Path.Combine(root, Prefix + Convert.ToHexStringLower(Secret.New(6)));
            if (!OperatingSystem.IsWindows() && Encoding.UTF8.GetByteCount(path) > MaxPathBytes)
                throw new InvalidOperationException(
                    $"The temporary directory '{root}' has too long a path for a socket; set the environment variable TMPDIR to one of at "
                    + $"most {MaxPathBytes - Prefix.Length - 13} bytes.");
            try
            {
                MakeForOwner(path);
                DirectoryOwner.Self.Write(path); // first: from then on no sweep takes it for abandoned
                _made.Add((path, DirectorySweep.OpenLock(path, FileMode.CreateNew)));
                return;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                DirectorySweep.Delete(path, _logger);
                if (triesLeft == 0)
                    throw;
                // A sweep may have looked for the owner just before, and have taken the lock just after: try another name.
            }
        }
    }

    /// <summary>Makes a directory, and those above it that do not exist, for this user alone.</summary>
    private static void MakeForOwner(string path)
    {
        if (System.IO.Path.GetDirectoryName(path) is { } above && !Directory.Exists(above))
            MakeForOwner(above);
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, OwnersAlone);
    }

    private static void Write(string path, byte[] content)
    {
        try
        {
            System.IO.File.WriteAllBytes(path, content);
        }
        catch
        {
            TryDelete(path); // part of it may have been written
            throw;
        }
    }
}
