namespace Offloop.Tests.Architecture.Support;

/// <summary>One text file of the repository.</summary>
/// <param name="Path">Relative to the repository, with forward slashes.</param>
/// <param name="Text">The content.</param>
internal sealed record RepositoryFile(string Path, string Text)
{
    public string[] Lines => Text.ReplaceLineEndings("\n").Split('\n');
}

/// <summary>The repository that the tests were built in.</summary>
internal static class Repository
{
    private static readonly string[] s_generated = ["bin", "obj", "artifacts", ".git"];

    public static string Root { get; } = FindRoot();

    public static RepositoryFile Read(string path) => new(path, File.ReadAllText(Path.Combine(Root, path)));

    /// <summary>The files below <paramref name="folder"/> with one of the extensions, by path, without build output.</summary>
    public static IReadOnlyList<RepositoryFile> Files(string folder, params string[] extensions) =>
        [.. Walk(new DirectoryInfo(Path.Combine(Root, folder)))
            .Where(file => extensions.Contains(file.Extension))
            .Select(file => Path.GetRelativePath(Root, file.FullName).Replace('\\', '/'))
            .Order(StringComparer.Ordinal)
            .Select(Read)];

    private static IEnumerable<FileInfo> Walk(DirectoryInfo folder) => folder.EnumerateFiles().Concat(
        folder.EnumerateDirectories().Where(static child => !s_generated.Contains(child.Name)).SelectMany(Walk));

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Offloop.slnx")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("Offloop.slnx was not found in any folder above the tests.");
    }
}
