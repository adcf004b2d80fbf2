using System.Net;
using System.Reflection;
using System.Text.Json;

namespace Offloop.Tests.Program;

/// <summary>Nodes on the command line: <c>--executor cluster</c> and <c>worker</c>, from a user's view.</summary>
public class ClusterTests
{
    private const int Limit = 240_000;
    private const string Listening = "cluster: listening; this adds a node: coordinator worker --join ";
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(120); // many programs start here, each with a silo
    private static readonly string s_tasks = Cli.Tasks("SampleTasks");
    private static readonly string s_native = Cli.Tasks("NativeTasks");

    [Fact(Timeout = Limit)]
    public async Task Two_workers_share_a_map_and_one_that_is_told_to_leave_loses_nothing()
    {
        const int Lines = 60;
        await using CliProcess map = CliProcess.Start(
            "map", $"{s_tasks}:SampleTasks.Echo.Wait", "--executor", "cluster", "--cluster-listen", "127.0.0.1:0", "--no-progress");
        string address = await map.ReadErrorUntilAsync(Listening);
        await using CliProcess first = Worker(address, "first");
        await using CliProcess second = Worker(address, "second");
        await first.ReadErrorUntilAsync("node first: joined");
        await second.ReadErrorUntilAsync("node second: joined");
        HashSet<int> workers = [];

        for (int line = 0; line < Lines; line++)
            await map.Input.WriteLineAsync("100");
        while (workers.Count < 4) // two of each
            workers.Add(JsonElement.Parse((await map.ReadLineAsync())!).GetProperty("workerPid").GetInt32());
        first.Signal(CliProcess.Terminate);
        CliResult left = await first.FinishAsync(s_limit);
        await map.ReadErrorUntilAsync("cluster: first has left.");
        map.Input.Close(); // only now, so that the map goes on without the first
        CliResult result = await map.FinishAsync(s_limit);
        CliResult other = await second.FinishAsync(s_limit);

        Assert.True(result.ExitCode == 0, result.ToString());
        JsonElement[] lines = [.. result.Out.Select(static line => JsonElement.Parse(line))];
        Assert.Equal(Enumerable.Range(0, Lines), lines.Select(static line => line.GetProperty("index").GetInt32()).Order());
        Assert.All(lines, static line => Assert.Equal(1, line.GetProperty("attempt").GetInt32()));
        Assert.Contains("cluster: first has left.", result.Error);
        Assert.True(left.ExitCode == 0, left.ToString());
        Assert.Equal("node first: has left", left.Error[^1]);
        Assert.True(other.ExitCode == 0, other.ToString());
        Assert.Equal("node second: has left, because its executor has no more work", other.Error[^1]);
    }

    [Fact(Timeout = Limit)]
    public async Task A_run_starts_nodes_of_its_own_tells_of_them_and_takes_them_along_however_it_ends()
    {
        string[] words =
        [
            "run", "--executor", "cluster", "--nodes", "2", "--slots", "2", "--cluster-listen", "127.0.0.1:0", "--format", "json",
            "--work", "cpu", "--require", "os=linux,os=windows,os=macos",
        ];
        await using CliProcess run = CliProcess.Start(words[..^2]);
        await run.ReadUntilAsync("\"change\":\"joined\"");
        await run.ReadUntilAsync("\"change\":\"joined\"");
        await run.ReadUntilAsync("\"ok\":true");
        run.Signal(CliProcess.Interrupt);
        CliResult result = await run.FinishAsync(s_limit);

        Assert.True(result.ExitCode == 130, result.ToString());
        Assert.StartsWith("executor=cluster nodes=2 slots=2 concurrency=4 work=cpu", result.Error[0], StringComparison.Ordinal);
        Assert.Equal(["joined", "joined"], result.Events("node").Select(static line => line.GetProperty("change").GetString()));
        JsonElement summary = Assert.Single(result.Events("summary"));
        Assert.Equal(["node-1", "node-2"], summary.GetProperty("nodes").EnumerateArray().Select(Name).Order());
        Assert.Equal(0, summary.GetProperty("fetchesFailed").GetInt32());

        await using CliProcess lost = CliProcess.Start(words); // with labels that no node has together
        await lost.ReadUntilAsync("\"event\":\"node\"");
        lost.KillAlone();
        await lost.AssertNothingIsLeftAsync();
        while (await lost.ReadLineAsync() is { } line)
            Assert.DoesNotContain("\"event\":\"task\"", line, StringComparison.Ordinal);

        static string? Name(JsonElement node) => node.GetProperty("name").GetString();
    }

    [Fact(Timeout = Limit)]
    public async Task A_node_runs_the_tasks_of_an_application_from_its_own_copy_with_what_they_bring_and_refuses_another_build()
    {
        using var copy = new CopiedFolder(Path.GetDirectoryName(s_native)!);
        string own = Path.Combine(copy.Path, Path.GetFileName(s_native));
        Assembly application = Assembly.LoadFrom(s_native); // the test has no reference to it, and so no worker has its file
        Func<int, long> sum = application.GetType("NativeTasks.Sums")!.GetMethod("Of")!.CreateDelegate<Func<int, long>>();
        Func<string, string> version = application.GetType("NativeTasks.Sums")!.GetMethod("ParserVersion")!
            .CreateDelegate<Func<string, string>>();
        await using var executor = new ClusterExecutor(new ClusterExecutorOptions());
        IPEndPoint address = await executor.WaitForListeningAsync(TestContext.Current.CancellationToken);

        await using (CliProcess without = Worker($"{address}", "without"))
        {
            ExecutorException refused = await Assert.ThrowsAsync<ExecutorException>(() => executor.SubmitAsync(sum, 10));
            Assert.Contains("the worker does not have NativeTasks", refused.Message, StringComparison.Ordinal);
            Assert.Contains("--task-assembly", refused.Message, StringComparison.Ordinal);
            Assert.Equal("without", refused.Failure.Node);
            without.Signal(CliProcess.Terminate);
            await without.FinishAsync(s_limit);
        }
        using var changed = new CopiedFolder(Path.GetDirectoryName(s_native)!);
        string other = Path.Combine(changed.Path, Path.GetFileName(s_native));
        Rebuild(other, application.ManifestModule.ModuleVersionId);
        await using (CliProcess outdated = Worker($"{address}", "outdated", "--task-assembly", other))
        {
            ExecutorException refused = await Assert.ThrowsAsync<ExecutorException>(() => executor.SubmitAsync(sum, 10));
            Assert.Contains("the worker found another build of NativeTasks", refused.Message, StringComparison.Ordinal);
            outdated.Signal(CliProcess.Terminate);
            await outdated.FinishAsync(s_limit);
        }
        await using CliProcess with = Worker($"{address}", "with", "--task-assembly", own);
        Assert.Equal(55, await executor.SubmitAsync(sum, 10));
        Assert.Equal("2.8.0.0", await executor.SubmitAsync(version, ""));
        await executor.ShutdownAsync();
        Assert.Equal(0, (await with.FinishAsync(s_limit)).ExitCode);
    }

    /// <summary>Makes the file another build of its assembly, by the version of its module.</summary>
    private static void Rebuild(string path, Guid version)
    {
        byte[] file = File.ReadAllBytes(path);
        file[file.AsSpan().IndexOf(version.ToByteArray())] ^= 1;
        File.WriteAllBytes(path, file);
    }

    private static CliProcess Worker(string address, string name, params string[] more) =>
        CliProcess.Start(["worker", "--join", address, "--slots", "2", "--name", name, .. more]);

    /// <summary>A copy of a folder for one test.</summary>
    private sealed class CopiedFolder : IDisposable
    {
        public CopiedFolder(string source)
        {
            foreach (string file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
            {
                string target = System.IO.Path.Combine(Path, System.IO.Path.GetRelativePath(source, file));
                Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
                File.Copy(file, target);
            }
        }

        public string Path { get; } = Directory.CreateTempSubdirectory("offloop-test-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
