using Offloop.Benchmarks.Running;

namespace Offloop.Benchmarks.Peers;

/// <summary>The pools of Node, measured by our scripts. npm installs them below the output folder.</summary>
internal static class NodePeers
{
    public static async Task<List<Contestant>> FindAsync(BenchOptions options, Results results)
    {
        (string Name, string Package)[] pools = [(Who.Workerpool, "workerpool"), (Who.Tinypool, "tinypool"), (Who.Piscina, "piscina")];
        string folder = Path.Combine(Folders.Output, "peers");
        if (await WhyNotAsync(folder) is { } reason)
        {
            results.Skip(string.Join(", ", pools.Select(pool => pool.Name)), reason);
            return [];
        }
        return [.. pools.Select(pool => new ScriptContestant(
            pool.Name, options.Rounds, options.RoundTimeout, "node",
            Path.Combine(folder, "pools.mjs"), pool.Package, Round.Text(options.Seconds), Round.Text(options.EchoBudget)))];
    }

    private static async Task<string?> WhyNotAsync(string folder)
    {
        if (!await Installation.SucceedsAsync("node", "--version"))
            return "node is not installed";
        Directory.CreateDirectory(folder);
        foreach (string pattern in (string[])["*.mjs", "*.json"])
        {
            foreach (string file in Directory.GetFiles(Folders.Scripts, pattern))
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        }
        // npm writes this file after it has installed the packages of the lock file.
        string installed = Path.Combine(folder, "node_modules", ".package-lock.json");
        string wanted = Path.Combine(folder, "package-lock.json");
        if (File.Exists(installed) && File.GetLastWriteTimeUtc(installed) > File.GetLastWriteTimeUtc(wanted))
            return null;
        string npm = OperatingSystem.IsWindows() ? "npm.cmd" : "npm";
        bool done = await Installation.SucceedsAsync(
            npm, "ci", "--prefix", folder, "--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund");
        return done ? null : "npm could not install it";
    }
}
