using Microsoft.Extensions.Logging;

namespace Offloop.Telemetry;

/// <summary>Writes to the log what happens to workers and to the executor.</summary>
internal sealed class LogListener(ILogger logger) : ExecutorListener
{
    public override void Hear(ExecutorEvent happened)
    {
        switch (happened)
        {
            case WorkerReady ready:
                logger.WorkerReady(ready.WorkerId, ready.ProcessId, ready.Took.TotalMilliseconds);
                break;
            case NodeJoined joined:
                logger.NodeJoined(joined.Node.Name, joined.Node.Address, joined.Node.Slots, string.Join(", ", joined.Node.Labels));
                break;
            case NodeSilent silent:
                logger.NodeSilent(silent.Name, silent.Reason);
                break;
            case NodeHeard heard:
                logger.NodeHeard(heard.Name);
                break;
            case NodeGone { Reason: { } reason } gone:
                logger.NodeLost(gone.Name, reason, gone.LostTasks);
                break;
            case NodeGone gone:
                logger.NodeLeft(gone.Name);
                break;
            case WorkerStartFailed failed:
                logger.WorkerStartFailed(failed.WorkerId, failed.Reason);
                break;
            case TaskStackRead { RanFor: { } time } read:
                logger.TaskIsSlow(read.TaskId, read.Name, read.WorkerId, read.ProcessId, time.TotalSeconds, TextOf(read.Stack));
                break;
            case TaskStackRead read:
                logger.TaskHung(read.TaskId, read.Name, read.WorkerId, read.ProcessId, TextOf(read.Stack));
                break;
            case MemoryDumped { File: { } file } written:
                logger.MemoryDumped(written.ProcessId, file);
                break;
            case DumpsAreOff off:
                logger.DumpsAreOff(off.Reason);
                break;
            case MemoryDumped { Reason: { } reason } failed:
                logger.MemoryNotDumped(failed.ProcessId, reason);
                break;
            case WorkerCondemned condemned:
                logger.WorkerCondemned(condemned.WorkerId, condemned.ProcessId, condemned.TaskId, condemned.Grace.TotalSeconds);
                break;
            case WorkerKilled { Cause: not (null or FailureCause.Cancellation or FailureCause.Shutdown) } killed:
                logger.WorkerHadToBeKilled(killed.WorkerId, killed.ProcessId, killed.Reason);
                break;
            case WorkerKilled killed:
                logger.WorkerKilled(killed.WorkerId, killed.ProcessId, killed.Reason);
                break;
            case WorkerEnded { Expected: false } lost:
                logger.WorkerLost(lost.WorkerId, lost.ProcessId, lost.Reason);
                break;
            case WorkerEnded left:
                logger.WorkerLeft(left.WorkerId, left.ProcessId);
                break;
            case WorkerGivenUp given:
                logger.WorkerGivenUp(given.WorkerId, given.ProcessId);
                break;
            case ExecutorStateChanged { State: ExecutorState.Broken, Reason: { } reason }:
                logger.PoolBroken(reason);
                break;
            case ExecutorStateChanged { State: ExecutorState.Degraded, Reason: { } reason }:
                logger.PoolDegraded(reason);
                break;
            case ApplicationEdited:
                logger.ApplicationEdited(ApplicationEdited.Advice);
                break;
            case ExecutorStateChanged { State: ExecutorState.Open }:
                logger.PoolWhole();
                break;
        }
    }

    private static string TextOf(TaskStackTrace stack) => Environment.NewLine + stack;
}
