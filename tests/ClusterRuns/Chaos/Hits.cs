using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Offloop.Telemetry;

namespace Offloop.ClusterRuns.Chaos;

/// <summary>A kind of blow.</summary>
internal enum Blow
{
    WorkerKilled,
    Killed,
    Drained,
    Joined,

    /// <summary>Stopped for less than its lease.</summary>
    Paused,

    /// <summary>Stopped for longer.</summary>
    Frozen,

    /// <summary>Cut off for less than its lease.</summary>
    Shaken,

    /// <summary>Cut off for longer.</summary>
    CutOff,
}

/// <summary>What really befell nodes and workers: the blows that were dealt, and what the executor says of its nodes.</summary>
internal sealed class Hits(TextWriter log) : ExecutorListener
{
    private readonly ConcurrentDictionary<(int Process, Blow Blow), bool> _hits = new();
    private readonly ConcurrentDictionary<string, int> _processes = new();
    private readonly ConcurrentQueue<(int Process, string Reason)> _losses = new();
    private readonly Stopwatch _time = Stopwatch.StartNew();
    private readonly int[] _counts = new int[Enum.GetValues<Blow>().Length];
    private int _silent;
    private int _heard;

    public int Lost => _losses.Count;

    public int Silent => _silent;

    public int Heard => _heard;

    public int Count(Blow blow) => _counts[(int)blow];

    /// <summary>Notes a blow, before it falls, so that no loss is seen without its reason.</summary>
    public void Note(int process, Blow blow)
    {
        _hits[(process, blow)] = true;
        Interlocked.Increment(ref _counts[(int)blow]);
    }

    public bool Was(int? process, Blow blow) => process is { } id && _hits.ContainsKey((id, blow));

    public bool WasKilled(int? process) => Was(process, Blow.Killed);

    public bool WasDrained(int? process) => Was(process, Blow.Drained);

    /// <summary>Whether a node may be lost for what was done to it.</summary>
    public bool MayBeLost(int? process) =>
        WasKilled(process) || Was(process, Blow.Frozen) || Was(process, Blow.CutOff);

    /// <summary>Whether the executor has lost the node with this process.</summary>
    public bool WasLost(int? process) => _losses.Any(loss => loss.Process == process);

    /// <summary>The losses of nodes that nothing had happened to, with the executor's reason.</summary>
    public IEnumerable<(int Process, string Reason)> Unexplained => _losses.Where(loss => !MayBeLost(loss.Process));

    /// <summary>Says which process a node has.</summary>
    public void Introduce(string node, int process) => _processes[node] = process;

    /// <summary>Whether something happened to the node at which its tasks may have been late.</summary>
    public bool WasHeldUp(string? node) =>
        node is not null && _processes.TryGetValue(node, out int process)
        && (MayBeLost(process) || Was(process, Blow.Paused) || Was(process, Blow.Shaken));

    public void Tell(string line)
    {
        lock (log)
            log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_time.Elapsed.TotalSeconds,8:0.000} {line}"));
    }

    public override void Hear(ExecutorEvent happened)
    {
        switch (happened)
        {
            case NodeJoined joined:
                Tell($"executor: {joined.Node.Name} has joined");
                break;
            case NodeSilent silent:
                Interlocked.Increment(ref _silent);
                Tell($"executor: {silent.Name} gets nothing: {silent.Reason}");
                break;
            case NodeHeard heard:
                Interlocked.Increment(ref _heard);
                Tell($"executor: {heard.Name} is heard again");
                break;
            case NodeGone gone:
                if (gone.Reason is { } reason)
                    _losses.Enqueue((_processes[gone.Name], reason));
                Tell($"executor: {gone.Name} is gone with {gone.LostTasks} tasks: {gone.Reason ?? "it has left"}");
                break;
        }
    }
}
