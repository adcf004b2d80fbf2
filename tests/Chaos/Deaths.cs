using System.Collections.Concurrent;
using Offloop.Telemetry;

namespace Offloop.Chaos;

/// <summary>What really befell the workers: the blows that were dealt, and what the pool says that it did itself.</summary>
internal sealed class Deaths : ExecutorListener
{
    private readonly ConcurrentDictionary<int, bool> _killed = new();
    private readonly ConcurrentDictionary<int, bool> _stopped = new();
    private readonly ConcurrentDictionary<int, FailureCause?> _killedByPool = new();
    private readonly ConcurrentDictionary<int, bool> _endedInTrouble = new();
    private bool _endsWorkers;
    private int _kills;
    private int _started;
    private int _recycled;
    private int _startsFailed;
    private int _unexpected;

    public int Kills => _kills;

    public int Stops { get; set; }

    public int Pauses { get; set; }

    public int Started => _started;

    public int Recycled => _recycled;

    public int StartsFailed => _startsFailed;

    public int Unexpected => _unexpected;

    public int KilledByPool => _killedByPool.Count;

    /// <summary>Whether something happens now that may end workers.</summary>
    public bool EndsWorkers { get => Volatile.Read(ref _endsWorkers); set => Volatile.Write(ref _endsWorkers, value); }

    public int EndedInTrouble => _endedInTrouble.Count;

    public void Kill(int process)
    {
        _killed[process] = true; // noted first, so that no death is seen without its reason
        Interlocked.Increment(ref _kills);
        _ = PoolProcesses.Signal(process, PoolProcesses.Kill);
    }

    /// <summary>Kills all workers that are up.</summary>
    public void KillAll(ProcessPoolExecutor pool)
    {
        foreach (int process in pool.GetSnapshot().Workers.Select(static worker => worker.ProcessId).OfType<int>())
            Kill(process);
    }

    public void Stop(int process) => _stopped[process] = true;

    public bool WasKilled(int? process) => process is { } id && _killed.ContainsKey(id);

    public bool WasStopped(int? process) => process is { } id && _stopped.ContainsKey(id);

    public bool WasInTrouble(int? process) => process is { } id && _endedInTrouble.ContainsKey(id);

    /// <summary>Whether the pool took it for dead; on a starved machine that may be one that was only slow.</summary>
    public bool WasTakenForDead(int? process) =>
        process is { } id && _killedByPool.TryGetValue(id, out FailureCause? cause) && cause == FailureCause.Unresponsive;

    /// <summary>Whether the pool killed it for that cause. A task may be lost to the kill for the one before it.</summary>
    public bool WasKilledByPool(int? process, FailureCause cause) =>
        process is { } id && _killedByPool.TryGetValue(id, out FailureCause? found) && found == cause;

    public override void Hear(ExecutorEvent happened)
    {
        switch (happened)
        {
            case WorkerReady:
                Interlocked.Increment(ref _started);
                break;
            case WorkerStartFailed:
                Interlocked.Increment(ref _startsFailed);
                break;
            case WorkerKilled killed:
                _killedByPool[killed.ProcessId] = killed.Cause;
                break;
            case WorkerEnded { Expected: false } ended:
                if (EndsWorkers)
                    _endedInTrouble[ended.ProcessId] = true;
                Interlocked.Increment(ref _unexpected);
                break;
            case WorkerEnded:
                Interlocked.Increment(ref _recycled);
                break;
        }
    }
}
