using System.Text;

namespace Offloop.Tests;

/// <summary>A folder with the key of a cluster, which is removed with all that is in it.</summary>
public sealed class KeyFolder : IDisposable
{
    public KeyFolder()
    {
        Path = Directory.CreateTempSubdirectory("offloop-test-").FullName;
        KeyFile = Write("cluster.key", new string('k', 32));
    }

    public string Path { get; }

    public string KeyFile { get; }

    /// <summary>Writes a file that its owner alone may read, and returns its path.</summary>
    public string Write(string name, string content)
    {
        string path = System.IO.Path.Combine(Path, name);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(path, options);
        file.Write(Encoding.UTF8.GetBytes(content));
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
