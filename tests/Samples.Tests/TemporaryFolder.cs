namespace Offloop.Tests;

/// <summary>A folder for what a sample writes.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("samples-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
