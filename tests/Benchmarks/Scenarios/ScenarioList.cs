using System.Diagnostics;
using Offloop.Benchmarks.Peers;
using Offloop.Benchmarks.Running;

namespace Offloop.Benchmarks.Scenarios;

/// <summary>The scenarios of a run, and the servers that they share.</summary>
internal sealed class ScenarioList(BenchOptions options) : IAsyncDisposable
{
    private const int ShortDelay = 10;
    private const int LongDelay = 50;
    private const double Warm = 2; // seconds, after which what is hot has been compiled
    private const double Long = 8;

    private readonly List<SlowServer> _servers = [];
    private readonly int _few = options.ScenarioRounds;
    private readonly double _seconds = options.Quick ? 5 : 10; // at 5 ms a tick, at least 500 ticks

    public async Task<List<Contestant>> FindAsync(Results results)
    {
        List<Contestant> all = [.. OwnProcesses(), .. BusyLoops()];
        if (!Cli.Exists)
        {
            results.Skip("scenarios of the CLI", "it is not published (./build.cmd publish)");
            return all;
        }
        SlowServer quick = await ServeAsync(ShortDelay);
        SlowServer slow = await ServeAsync(LongDelay);
        return
        [
            .. all,
            Round.Of(Named.MapLines, options, "map-lines", _few),
            Round.Of(Named.ThreadedWorkers, options, "threaded-workers", Math.Min(_few, 2)),
            PublishedWorker.Create(Named.ColdPublished, _few, options),
            CliStart(Named.CliStart, workers: 2, slow),
            CliStart(Named.CliStartAlone, workers: 1, slow),
            AsyncioStart(workers: 2, slow),
            new CliFetch(Named.FetchProcess, _few, quick, "process", 2, _seconds, Warm, options),
            new CliFetch(Named.FetchThread, _few, quick, "thread", 2, _seconds, Warm, options),
            new CliFetch(Named.FetchInline, 1, quick, "inline", 2, 1, from: 0.5, options),
            Asyncio(Named.AsyncioProcess, "process", "fetch", 2, quick.Url),
            Asyncio(Named.AsyncioThread, "thread", "fetch", 2, quick.Url),
            // Eight workers take a while to start on few processors, and only the time after that counts.
            new CliFetch(Named.ThroughputProcess, _few, slow, "process", 8, Long, Long / 2, options),
            new CliFetch(Named.ThroughputThread, _few, slow, "thread", 8, Long, Long / 2, options),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (SlowServer server in _servers)
            await server.DisposeAsync();
    }

    private IEnumerable<Contestant> OwnProcesses()
    {
        yield return Round.Of(Named.ColdLibrary, options, "cold-worker", _few);
        yield return Round.Of(Named.KilledWorker, options, "killed-worker", _few);
        yield return Round.Of(Named.EchoMemory, options, "echo-memory", _few);
        yield return Round.Of(Named.QueueMemory, options, "queue-memory", _few);
        yield return Round.Of(Named.Scheduler, options, "scheduler", _few);
        yield return Round.Of(Named.QueueLength, options, "queue-length", Math.Min(_few, 2));
        yield return Round.Of(Named.ManyWorkers, options, "many-workers", Math.Min(_few, 2));
        if (!options.Quick)
            yield return Round.Of(Named.LongMap, options, "long-map", 1);
    }

    private IEnumerable<Contestant> BusyLoops()
    {
        yield return Round.Of(Named.SpinProcess, options, "loop/spin/process", _few);
        yield return Round.Of(Named.SpinLow, options, "loop/spin/process-low", _few);
        yield return Round.Of(Named.SpinThread, options, "loop/spin/thread", _few);
        yield return Asyncio(Named.SpinAsyncio, "process", "spin", Environment.ProcessorCount, null);
        yield return Round.Of(Named.GarbageProcess, options, "loop/garbage/process", _few);
        yield return Round.Of(Named.GarbageThread, options, "loop/garbage/thread", _few);
    }

    private CliStart CliStart(string name, int workers, SlowServer server) => new(
        name, _few * 2, () => Cli.StartFetching(server.Url, "process", workers, 1.2, 1000), LongDelay, options);

    private CliStart AsyncioStart(int workers, SlowServer server) => new(
        Named.AsyncioStart, _few * 2,
        () => new ProcessStartInfo(PythonPeers.Interpreter,
            [Path.Combine(Folders.Scripts, "ticker.py"), "process", "fetch", "1.2", "1000", Round.Text(workers), server.Url.AbsoluteUri]),
        LongDelay, options);

    private ScriptContestant Asyncio(string name, string executor, string load, int workers, Uri? url) => new(
        name, _few, options.RoundTimeout, PythonPeers.Interpreter,
        Path.Combine(Folders.Scripts, "ticker.py"), executor, load, Round.Text(_seconds), Round.Text(CliFetch.IntervalMilliseconds),
        Round.Text(workers), url?.AbsoluteUri ?? "");

    private async Task<SlowServer> ServeAsync(int delay)
    {
        SlowServer server = await SlowServer.StartAsync(delay);
        _servers.Add(server);
        return server;
    }
}
