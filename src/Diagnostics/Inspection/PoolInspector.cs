using Offloop.Diagnostics.Dumps;
using Offloop.Diagnostics.Reading;
using Offloop.Telemetry;

namespace Offloop.Diagnostics.Inspection;

/// <summary>Looks into the workers of one pool.</summary>
internal sealed class PoolInspector : WorkerInspector
{
    private readonly DiagnosticsOptions _options;
    private readonly ExecutorEvents _events;
    private readonly InspectorPool _reader;
    private readonly DumpFolder? _dumps;
    private readonly SlowTasks? _slow;

    public PoolInspector(DiagnosticsOptions options, ExecutorEvents events)
    {
        (_options, _events) = (options, events);
        _dumps = options.DumpDirectory is { } directory ? new DumpFolder(directory, options.MaxDumps, options.MaxDumpBytes) : null;
        _reader = InspectorPool.Acquire();
        if (options.SlowTaskThreshold != Timeout.InfiniteTimeSpan)
            _slow = new SlowTasks(options.SlowTaskThreshold, LookAtSlowAsync);
    }

    public override bool HearsTasks => _slow is not null;

    public override IEnumerable<(string Name, string? Value)> Variables =>
        _options.DumpOnCrash && _dumps is not null ? CrashDumps.Variables(_dumps, _options.DumpContent) : [];

    public override bool Wants(FailureCause cause) =>
        cause is FailureCause.Timeout or FailureCause.Cancellation or FailureCause.Unresponsive;

    public override void Hear(ExecutorEvent happened)
    {
        if (happened is WorkerReady ready)
            _reader.Meet(ready.ProcessId);
        _slow?.Hear(happened);
    }

    public override async Task<WorkerFindings> LookAsync(int processId, FailureCause cause)
    {
        WorkerFindings found = await ReadAsync(processId).ConfigureAwait(false);
        if (!_options.DumpOnTimeout || _dumps is null)
            return found;
        return found with { DumpFile = await DumpAsync(processId).ConfigureAwait(false) };
    }

    public override string? CrashDumpOf(int processId)
    {
        if (!_options.DumpOnCrash || _dumps?.TakeCrash(processId) is not { } file)
            return null;
        _events.Tell(new MemoryDumped(processId, file, Reason: null));
        return file;
    }

    public override async ValueTask DisposeAsync()
    {
        _slow?.Dispose();
        await _reader.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<WorkerFindings> ReadAsync(int processId)
    {
        StackReading read = await _reader.ReadAsync(processId, _options.ReadTimeout).ConfigureAwait(false);
        return new WorkerFindings(
            read.Tasks.DistinctBy(static task => task.TaskId).ToDictionary(static task => task.TaskId, StackOf),
            read.Note ?? "No thread was found that runs it.");
    }

    private async Task<string?> DumpAsync(int processId)
    {
        string? reason;
        string file = "";
        try
        {
            file = _dumps!.NewFile(processId);
            reason = await DumpWriter.WriteAsync(processId, file, _options.DumpContent, _options.DumpTimeout).ConfigureAwait(false)
                ?? _dumps.Keep(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            reason = error.Message;
        }
        _events.Tell(new MemoryDumped(processId, reason is null ? file : null, reason));
        return reason is null ? file : null;
    }

    private async Task LookAtSlowAsync(SlowTask task)
    {
        StackReading read = await _reader.ReadAsync(task.ProcessId, _options.ReadTimeout).ConfigureAwait(false);
        TaskReading? found = read.Tasks.FirstOrDefault(other => other.TaskId == task.TaskId);
        if (found is null && read.Note is null)
            return; // it has just ended
        TaskStackTrace stack = found is null ? new TaskStackTrace { Frames = [], Note = read.Note } : StackOf(found);
        _events.Tell(new TaskStackRead(task.TaskId, task.Name, task.WorkerId, task.ProcessId, stack, task.RanFor));
    }

    private static TaskStackTrace StackOf(TaskReading task) => new() { Frames = task.Frames, WaitsFor = task.WaitsFor, Note = task.Note };
}
