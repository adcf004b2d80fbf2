using Offloop.Benchmarks.Running;

namespace Offloop.Benchmarks.Scenarios;

/// <summary>The cold worker again, with the library and the worker host of the published CLI: this program starts from a copy of its
/// folder, with its deps.json and runtimeconfig.json, and so does the worker.</summary>
internal static class PublishedWorker
{
    public static Contestant Create(string name, int rounds, BenchOptions options)
    {
        string folder = Directory.CreateDirectory(Path.Combine(Folders.Output, "published")).FullName;
        string own = Path.Combine(AppContext.BaseDirectory, "Benchmarks.dll");
        foreach (string file in Directory.GetFiles(Folders.Published).Append(own))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        string application = Path.Combine(folder, "coordinator");
        return new ScriptContestant(
            name, rounds, options.RoundTimeout, "dotnet",
            "exec", "--runtimeconfig", application + ".runtimeconfig.json", "--depsfile", application + ".deps.json",
            Path.Combine(folder, "Benchmarks.dll"), "--round", "cold-worker", Round.Text(options.Seconds), "0");
    }
}
