using Offloop.Benchmarks.Running;

namespace Offloop.Benchmarks.Peers;

/// <summary>The pools of Python, measured by our scripts.</summary>
internal static class PythonPeers
{
    /// <summary>Debian's interpreter, which sees Debian's packages, or otherwise the one on the path.</summary>
    public static string Interpreter { get; } = File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";

    public static async Task<List<Contestant>> FindAsync(BenchOptions options, Results results)
    {
        results.Skip(Who.Loky, "not packaged by Debian");
        if (!await Installation.SucceedsAsync(Interpreter, "-c", "import concurrent.futures"))
        {
            results.Skip($"{Who.CPython}, {Who.Pebble}, asyncio", "python3 is not installed");
            return [];
        }
        List<Contestant> found = [Pool(Who.CPython, options, "futures")];
        if (await HasPebbleAsync() || (await InstallPebbleAsync() && await HasPebbleAsync()))
            found.Add(Pool(Who.Pebble, options, "pebble"));
        else
            results.Skip(Who.Pebble, "python3-pebble is not installed, and could not be (apt-get needs root)");
        return found;
    }

    private static ScriptContestant Pool(string name, BenchOptions options, string kind) => new(
        name, options.Rounds, options.RoundTimeout, Interpreter,
        Path.Combine(Folders.Scripts, "pools.py"), kind, Round.Text(options.Seconds), Round.Text(options.EchoBudget));

    private static Task<bool> HasPebbleAsync() => Installation.SucceedsAsync(Interpreter, "-c", "import pebble");

    private static async Task<bool> InstallPebbleAsync() => Environment.IsPrivilegedProcess
        && await Installation.SucceedsAsync("apt-get", "install", "-y", "--no-install-recommends", "python3-pebble");
}
