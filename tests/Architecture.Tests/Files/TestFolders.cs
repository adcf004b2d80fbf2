namespace Offloop.Tests.Architecture.Files;

/// <summary>Tests lie in folders with the names of the folders that they test.</summary>
internal static class TestFolders
{
    /// <summary>Folders of tests that have no counterpart in src/.</summary>
    private static readonly (string Project, string Folder, string Why)[] s_own =
    [
        ("Analyzers.Tests", "Support", "tests nothing"),
        ("Cluster.Tests", "Contract", "holds what every executor promises, over two nodes"),
        ("Cluster.Tests", "Stores", "tests clusters whose members are listed in a server"),
        ("Cluster.Tests", "Support", "tests nothing"),
        ("Coordinator.Tests", "Program", "runs the published program as a user does"),
        ("Coordinator.Tests", "Support", "tests nothing"),
        ("Dashboard.Tests", "Support", "tests nothing"),
        ("Executors.Tests", "Contract", "holds what every executor promises, in one suite"),
        ("Executors.Tests", "Readme", "tests the README and docs/"),
        ("Executors.Tests", "Soak", "tests the arithmetic of tests/Soak"),
        ("Executors.Tests", "Support", "tests nothing"),
        ("Hosting.Tests", "Support", "tests nothing"),
        ("WorkerHost.Tests", "Support", "tests nothing"),
    ];

    /// <summary>One line for each folder of a test project that is neither a folder of its source project nor in the table.</summary>
    public static IEnumerable<string> Strays(string project, IEnumerable<string> testFolders, string[] sourceFolders) => testFolders
        .Where(folder => folder.Length > 0 && !sourceFolders.Contains(folder))
        .Where(folder => !s_own.Any(own => own.Project == project && own.Folder == folder))
        .Select(folder => $"tests/{project}/{folder} is not named as a folder of src/{project[..project.LastIndexOf('.')]}.");
}
