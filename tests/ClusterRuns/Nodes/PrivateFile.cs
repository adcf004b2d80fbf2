namespace Offloop.ClusterRuns.Nodes;

/// <summary>A file that its owner alone may read, as the key of a cluster has to be.</summary>
internal static class PrivateFile
{
    public static string Write(string directory, string name, string content)
    {
        string path = Path.Combine(directory, name);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(path, options);
        writer.Write(content);
        return path;
    }

    public static string WriteKey(string directory) => Write(directory, "key", new string('k', 32));
}
