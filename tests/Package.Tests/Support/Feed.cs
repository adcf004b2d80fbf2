using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Offloop.Tests.Support;

/// <summary>The packed package, and a directory far from this repository's files in which programs are made that use it. The packages of
/// these programs have a cache there.</summary>
public sealed class Feed : IAsyncLifetime
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(4);

    /// <summary>Compiled as the tests were: otherwise all would be compiled once more.</summary>
    private const string AsTheTests = "-p:RunAnalyzers=false";

    private readonly string _root = Directory.CreateTempSubdirectory("package-").FullName;

    public static string Version { get; } = Metadata("Version");

    /// <summary>The package of the library.</summary>
    public static string Package => PackageOf("Offloop.Executors");

    /// <summary>A package by its name.</summary>
    public static string PackageOf(string name) => Path.Combine(Repository, "artifacts", "packages-for-tests", $"{name}.{Version}.nupkg");

    /// <summary>The platforms that have compiled code in the package: this one, or all if all is to be tested.</summary>
    public static string[] Runtimes { get; } =
        Matrix.IsFull ? ["win-x64", "linux-x64", "linux-arm64", "osx-arm64"] : [RuntimeInformation.RuntimeIdentifier];

    /// <summary>The top of the repository.</summary>
    public static string Repository { get; } = Path.GetFullPath(Metadata("Repository"));

    public async ValueTask InitializeAsync()
    {
        string packages = Path.GetDirectoryName(Package)!;
        string[] runtimes = Matrix.IsFull ? [] : ["-p:PackageRuntimes=" + Runtimes.Single()];
        Run packed = await DotnetAsync(Repository, [
            "pack", await FilterAsync(), "--configuration", "Release", "--output", packages, AsTheTests, .. runtimes,
        ]);
        Assert.True(packed.ExitCode == 0, packed.Output);
        await File.WriteAllTextAsync(
            Path.Combine(_root, "nuget.config"),
            $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="cache" /></config>
              <packageSources><add key="packed" value="{packages}" /></packageSources>
            </configuration>
            """);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_root, recursive: true);
        return default;
    }

    /// <summary>A new directory that knows the feed.</summary>
    public string MakeEmpty() => Directory.CreateDirectory(Path.Combine(_root, Path.GetRandomFileName())).FullName;

    /// <summary>Makes a program of one of the kinds under Programs/, and returns its directory. Files of <c>Shared</c> lie beside it.
    /// </summary>
    public string Make(string kind)
    {
        string directory = Path.Combine(_root, Path.GetRandomFileName(), kind);
        string programs = Path.Combine(AppContext.BaseDirectory, "Programs");
        foreach (string source in Directory.GetFiles(programs, "*", SearchOption.AllDirectories))
        {
            string[] parts = Path.GetRelativePath(programs, source).Split(Path.DirectorySeparatorChar, 2);
            if (parts[0] != kind && parts[0] != "Shared")
                continue;
            string target = Path.Combine(parts[0] == kind ? directory : Path.Combine(directory, "..", "Shared"), parts[1]);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.WriteAllText(target, File.ReadAllText(source).Replace("$(OffloopVersion)", Version, StringComparison.Ordinal));
        }
        return directory;
    }

    /// <summary>Runs the dotnet command.</summary>
    public static Task<Run> DotnetAsync(string directory, params string[] arguments) => ExecuteAsync(directory, "dotnet", arguments);

    /// <summary>Starts a program.</summary>
    public static Process Start(string directory, string file, params string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string name in start.Environment.Keys.Where(static name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)))
            start.Environment.Remove(name); // of the build that runs this test
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1"; // no process is left behind
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment["MAINS"] = Path.Combine(directory, Path.GetRandomFileName());
        return Process.Start(start)!;
    }

    /// <summary>Runs a program to its end, and returns what it wrote.</summary>
    public static async Task<Run> ExecuteAsync(string directory, string file, params string[] arguments)
    {
        using Process process = Start(directory, file, arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(s_patience);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        return new Run(process.ExitCode, await output + await error);
    }

    /// <summary>Makes a filter of the solution with all that is packed: one build of them looks at what they share once.</summary>
    private async Task<string> FilterAsync()
    {
        string[] always = ["Executors", "Hosting", "Coordinator"];
        string[] names = Matrix.IsFull ? [.. always, "Cluster", "Dashboard", "Diagnostics"] : always;
        string filter = Path.Combine(_root, "packages.slnf");
        var content = new
        {
            solution = new
            {
                path = Path.Combine(Repository, "Offloop.slnx"),
                projects = names.Select(static name => Path.Combine("src", name, name + ".csproj")).ToArray(),
            },
        };
        await File.WriteAllTextAsync(filter, JsonSerializer.Serialize(content));
        return filter;
    }

    private static string Metadata(string key) => typeof(Feed).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == key).Value!;
}

/// <summary>What became of a program.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Its standard output, and its standard error after that.</param>
public sealed record Run(int ExitCode, string Output)
{
    /// <summary>Holds the program to have ended well, and to have written these words.</summary>
    public void AssertSaid(string words)
    {
        Assert.True(ExitCode == 0, Output);
        Assert.Contains(words, Output, StringComparison.Ordinal);
    }
}
