namespace Offloop.Chaos.Surroundings;

/// <summary>The temporary directory of one run: of this process's pool, and of the workers that inherit it. It is a small file system of
/// its own if this process may mount one, so that it can be filled without harm to others.</summary>
internal sealed class TemporaryPlace : IDisposable
{
    private const string Variable = "TMPDIR";
    private const int Mebibytes = 64;

    private readonly string? _before = Environment.GetEnvironmentVariable(Variable);

    public TemporaryPlace()
    {
        Path = Directory.CreateTempSubdirectory("chaos-").FullName;
        IsMounted = SystemCalls.MountMemory(Path, Mebibytes);
        Environment.SetEnvironmentVariable(Variable, Path);
    }

    public string Path { get; }

    public bool IsMounted { get; }

    /// <summary>Everything that is in it.</summary>
    public string[] Entries() => Directory.GetFileSystemEntries(Path, "*", SearchOption.AllDirectories);

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(Variable, _before);
        if (IsMounted)
            SystemCalls.Unmount(Path);
        Directory.Delete(Path, recursive: true);
    }
}
