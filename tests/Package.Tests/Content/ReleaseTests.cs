using System.IO.Compression;
using System.Security.Cryptography;

namespace Offloop.Tests.Content;

/// <summary>What a user downloads.</summary>
public sealed class ReleaseTests(Feed feed)
{
    [Fact(Explicit = true)] // it takes minutes
    public async Task A_release_is_an_archive_that_runs_where_it_is_unpacked()
    {
        string directory = Path.Combine(Feed.Repository, "artifacts", "release");
        foreach (string old in Directory.Exists(directory) ? Directory.GetFiles(directory) : [])
            File.Delete(old);
        string[] command = OperatingSystem.IsWindows() ? ["cmd", "/c", "build.cmd"] : ["sh", "build.cmd"];
        Run made = await Feed.ExecuteAsync(Feed.Repository, command[0], [.. command[1..], "release"]);
        Assert.True(made.ExitCode == 0, made.Output);

        string archive = Directory.GetFiles(directory, "*.zip").Single();
        string hash = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(archive)));
        Assert.Equal($"{hash}  {Path.GetFileName(archive)}", (await File.ReadAllTextAsync(archive + ".sha256")).Trim());

        string unpacked = feed.MakeEmpty();
        ZipFile.ExtractToDirectory(archive, unpacked);
        string folder = Directory.GetFileSystemEntries(unpacked).Single(); // it does not spill into the folder where it is unpacked
        Assert.Contains(Feed.Version, Path.GetFileName(folder), StringComparison.Ordinal);
        Assert.All(
            ["LICENSE", "CHANGELOG.md", "licenses/Microsoft.NETCore.App-LICENSE.TXT", "licenses/packages/streamjsonrpc.nuspec"],
            name => Assert.True(File.Exists(Path.Combine(folder, name)), name));

        string program = Path.Combine(folder, OperatingSystem.IsWindows() ? "coordinator.exe" : "coordinator");
        Run run = await Feed.ExecuteAsync(unpacked, program, "--duration", "2s");
        run.AssertSaid("event loop: free");
    }
}
