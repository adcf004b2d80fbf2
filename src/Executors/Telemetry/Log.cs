using Microsoft.Extensions.Logging;

namespace Offloop.Telemetry;

/// <summary>Every log line of the library. The event ids are stable; a number is never used again.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Debug, "Worker {Worker} is ready (process {Process}, {Milliseconds:0} ms after its launch).")]
    public static partial void WorkerReady(this ILogger logger, int worker, int process, double milliseconds);

    [LoggerMessage(50, LogLevel.Information, "Node {Node} has joined from {Address} with {Slots} slots (labels: {Labels}).")]
    public static partial void NodeJoined(this ILogger logger, string node, string address, int slots, string labels);

    [LoggerMessage(51, LogLevel.Warning, "Node {Node} gets no more tasks for now: {Reason}.")]
    public static partial void NodeSilent(this ILogger logger, string node, string reason);

    [LoggerMessage(52, LogLevel.Information, "Node {Node} takes tasks again.")]
    public static partial void NodeHeard(this ILogger logger, string node);

    [LoggerMessage(53, LogLevel.Warning, "Node {Node} is lost: {Reason}. It had {Tasks} tasks.")]
    public static partial void NodeLost(this ILogger logger, string node, string reason, int tasks);

    [LoggerMessage(54, LogLevel.Information, "Node {Node} has left.")]
    public static partial void NodeLeft(this ILogger logger, string node);

    [LoggerMessage(2, LogLevel.Warning, "Worker {Worker} (process {Process}) ended unexpectedly: {Reason}.")]
    public static partial void WorkerLost(this ILogger logger, int worker, int process, string reason);

    [LoggerMessage(3, LogLevel.Debug, "Worker {Worker} could not be started: {Reason}")]
    public static partial void WorkerStartFailed(this ILogger logger, int worker, string reason);

    [LoggerMessage(4, LogLevel.Error, "The pool is broken: {Reason}")]
    public static partial void PoolBroken(this ILogger logger, string reason);

    [LoggerMessage(5, LogLevel.Information, "Worker {Worker} (process {Process}, task {Task}) wrote to {Stream}: {Line}")]
    public static partial void TaskOutput(this ILogger logger, int worker, int process, long task, string stream, string line);

    [LoggerMessage(12, LogLevel.Information, "Worker {Worker} (process {Process}) wrote to {Stream}: {Line}")]
    public static partial void WorkerOutput(this ILogger logger, int worker, int process, string stream, string line);

    [LoggerMessage(6, LogLevel.Warning, "Worker {Worker}: {Reason}; the peer was disconnected and the worker is awaited further.")]
    public static partial void PeerRefused(this ILogger logger, int worker, string reason);

    [LoggerMessage(7, LogLevel.Warning, "Worker {Worker} reported task number {Sequence}, which it does not have; the report was ignored.")]
    public static partial void UnknownTask(this ILogger logger, int worker, int sequence);

    [LoggerMessage(8, LogLevel.Debug, "Worker {Worker} (process {Process}) is killed: {Reason}.")]
    public static partial void WorkerKilled(this ILogger logger, int worker, int process, string reason);

    [LoggerMessage(30, LogLevel.Warning, "Worker {Worker} (process {Process}) is killed: {Reason}.")]
    public static partial void WorkerHadToBeKilled(this ILogger logger, int worker, int process, string reason);

    [LoggerMessage(9, LogLevel.Debug, "The directory {Path} could not be removed: {Reason}")]
    public static partial void DirectoryLeft(this ILogger logger, string path, string reason);

    [LoggerMessage(EventId = 11, Message = "Task {Task}: {Text}")]
    public static partial void TaskLine(this ILogger logger, LogLevel level, long task, string text);

    [LoggerMessage(10, LogLevel.Debug, "Worker {Worker} (process {Process}) has left.")]
    public static partial void WorkerLeft(this ILogger logger, int worker, int process);

    [LoggerMessage(20, LogLevel.Warning, "Worker {Worker}: {Count} more refused connections to its pipe are not listed.")]
    public static partial void PeersRefused(this ILogger logger, int worker, long count);

    [LoggerMessage(
        21, LogLevel.Warning, "Worker {Worker} (process {Process}) sent what is not part of the protocol; it was ignored: {Reason}")]
    public static partial void MessageIgnored(this ILogger logger, int worker, int process, string reason);

    [LoggerMessage(
        23, LogLevel.Warning, "The connection to worker {Worker} (process {Process}) ended while the process lives on: {Reason}")]
    public static partial void ConnectionEnded(this ILogger logger, int worker, int process, string reason);

    [LoggerMessage(22, LogLevel.Warning, "Worker {Worker} has sent too much that had to be ignored; no more of it is logged.")]
    public static partial void NoMoreLines(this ILogger logger, int worker);

    [LoggerMessage(24, LogLevel.Error, "Worker {Worker} (process {Process}) was killed, and its end was not seen; it is given up.")]
    public static partial void WorkerGivenUp(this ILogger logger, int worker, int? process);

    [LoggerMessage(25, LogLevel.Warning, "The pool is degraded: {Reason}")]
    public static partial void PoolDegraded(this ILogger logger, string reason);

    [LoggerMessage(26, LogLevel.Information, "The pool is whole again: a worker has started.")]
    public static partial void PoolWhole(this ILogger logger);

    [LoggerMessage(27, LogLevel.Warning, "A handler of the executor's StateChanged event threw.")]
    public static partial void StateHandlerFailed(this ILogger logger, Exception error);

    [LoggerMessage(28, LogLevel.Warning, "{Advice}")]
    public static partial void ApplicationEdited(this ILogger logger, string advice);

    [LoggerMessage(
        29, LogLevel.Warning,
        "Worker {Worker} (process {Process}) is killed when its other tasks have ended, in {Seconds:0.###} s at the latest: task {Task} "
        + "did not end in time.")]
    public static partial void WorkerCondemned(this ILogger logger, int worker, int process, long task, double seconds);

    [LoggerMessage(
        31, LogLevel.Warning, "Task {Task} ('{Name}') does not end; worker {Worker} (process {Process}) was there:{Stack}")]
    public static partial void TaskHung(this ILogger logger, long task, string name, int worker, int process, string stack);

    [LoggerMessage(
        32, LogLevel.Warning,
        "Task {Task} ('{Name}') has run for {Seconds:0.###} s; worker {Worker} (process {Process}) is there:{Stack}")]
    public static partial void TaskIsSlow(
        this ILogger logger, long task, string name, int worker, int process, double seconds, string stack);

    [LoggerMessage(33, LogLevel.Information, "The memory of worker process {Process} was written to {File}.")]
    public static partial void MemoryDumped(this ILogger logger, int process, string file);

    [LoggerMessage(34, LogLevel.Warning, "The memory of worker process {Process} could not be written: {Reason}")]
    public static partial void MemoryNotDumped(this ILogger logger, int process, string reason);

    [LoggerMessage(41, LogLevel.Warning, "Workers that crash leave no memory in a file: {Reason}")]
    public static partial void DumpsAreOff(this ILogger logger, string reason);

    [LoggerMessage(35, LogLevel.Warning, "Failed runs cannot be recorded in {Directory} ({Count} times since it was told): {Reason}")]
    public static partial void RunsNotRecorded(this ILogger logger, string directory, long count, string reason);

    [LoggerMessage(
        36, LogLevel.Warning, "{Count} failed runs were not recorded, because they came faster than files can be written in {Directory}.")]
    public static partial void RunsTooFast(this ILogger logger, long count, string directory);

    [LoggerMessage(37, LogLevel.Warning, "The Redact method threw {Count} times; what it was given was left out, the last time: {Name}.")]
    public static partial void RedactionFailed(this ILogger logger, long count, string name);

    [LoggerMessage(38, LogLevel.Information, "A failed run of task {Task} was recorded; this runs it again: coordinator replay {Path}")]
    public static partial void RunRecorded(this ILogger logger, long task, string path);

    [LoggerMessage(
        39, LogLevel.Warning, "{Count} failed runs were not recorded, because their files could not be made, the last time: {Reason}")]
    public static partial void RecordsNotMade(this ILogger logger, long count, string reason);

    [LoggerMessage(40, LogLevel.Warning, "The progress of task {Task} could not be delivered.")]
    public static partial void ProgressFailed(this ILogger logger, long task, Exception error);
}
