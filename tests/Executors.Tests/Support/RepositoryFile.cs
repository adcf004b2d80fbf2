namespace Offloop.Tests;

/// <summary>A file of the repository that this test was built in.</summary>
internal static class RepositoryFile
{
    /// <param name="parts">Its path from the top, by parts.</param>
    public static string Path(params string[] parts)
    {
        DirectoryInfo root = new(AppContext.BaseDirectory);
        while (!File.Exists(System.IO.Path.Combine(root.FullName, "Offloop.slnx")))
            root = root.Parent ?? throw new DirectoryNotFoundException("There is no folder with Offloop.slnx above the test.");
        return System.IO.Path.Combine([root.FullName, .. parts]);
    }
}
