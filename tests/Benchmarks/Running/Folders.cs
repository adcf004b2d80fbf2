namespace Offloop.Benchmarks.Running;

/// <summary>The folders of a run, independent of the current directory.</summary>
internal static class Folders
{
    public static string Root { get; } = FindRoot();

    /// <summary>Everything that a run creates; not part of the repository.</summary>
    public static string Output { get; } = Directory.CreateDirectory(Path.Combine(Root, "artifacts", "bench")).FullName;

    /// <summary>The scripts that measure the peers, beside this program.</summary>
    public static string Scripts { get; } = Path.Combine(AppContext.BaseDirectory, "Peers");

    public static string Published { get; } = Path.Combine(Root, "artifacts", "coordinator");

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Offloop.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? Environment.CurrentDirectory;
    }
}
