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
    private string? _obstacle; // to dumps of crashes, as it was last told

    public PoolInspector(DiagnosticsOptions options, ExecutorEvents events)
    {
        (_options, _events) = (options, events);
        _dumps = options.DumpDirectory is { } directory ? new DumpFolder(directory, options.MaxDumps, options.MaxDumpBytes) : null;
        _reader = InspectorPool.Acquire();
        if (options.SlowTaskThreshold != Timeout.InfiniteTimeSpan)
            _slow = new SlowTasks(options.SlowTaskThreshold, LookAtSlowAsync);
    }

    public override bool HearsTasks => _slow is not null;

    public override IEnumerable<(string Name, string? Value)> Variables
    {
        get
        {
            if (!_options.DumpOnCrash || _dumps is null)
                return [];
            try
            {
                string pattern = _dumps.MakeCrashPattern();
                _obstacle = null;
                return CrashDumps.Variables(pattern, _options.DumpContent);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                if (Interlocked.Exchange(ref _obstacle, error.Message) != error.Message)
                    _events.Tell(new DumpsAreOff(error.Message));
                return [];
            }
        }
    }

    public override bool Wants(FailureCause cause) =>
        cause is FailureCause.Timeout or FailureCause.Cancellation or FailureCause.Unresponsive;

    public override void Hear(ExecutorEvent happened)
    {
        if (happened is WorkerReady ready)
            _reader.Meet(ready.ProcessId);
        // One that crashes as it starts has no task whose failure would name its dump.
        if (happened is WorkerStartFailed { Failure.ProcessId: { } process } && _options.DumpOnCrash)
            _ = Task.Run(() => CrashDumpOf(process));
        _slow?.Hear(happened);
    }

    public override async Task<WorkerFindings> LookAsync(int processId, FailureCause cause)
    {
        StackReading read = await _reader.ReadAsync(processId, _options.ReadTimeout, isUrgent: true).ConfigureAwait(false);
        var found = new WorkerFindings(
            read.Tasks.DistinctBy(static task => task.TaskId).ToDictionary(static task => task.TaskId, StackOf),
            read.Note ?? "No thread was found that runs it.");
        return _options.DumpOnTimeout && _dumps is not null
            ? found with { DumpFile = await DumpAsync(_dumps, processId).ConfigureAwait(false) }
            : found;
    }

    public override string? CrashDumpOf(int processId)
    {
        if (!_options.DumpOnCrash || _dumps is null)
            return null;
        string? file = null;
        string? reason;
        try
        {
            file = _dumps.TakeCrash(processId);
            if (file is null)
                return null;
            reason = _dumps.Keep(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            reason = error.Message;
        }
        return Tell(processId, file, reason);
    }

    public override async ValueTask DisposeAsync()
    {
        _slow?.Dispose();
        await _reader.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<string?> DumpAsync(DumpFolder dumps, int processId)
    {
        string? file = null;
        string? reason;
        try
        {
            file = dumps.NewFile(processId);
            reason = await DumpWriter.WriteAsync(processId, file, _options.DumpContent, _options.DumpTimeout).ConfigureAwait(false);
            if (reason is not null)
                DumpFolder.TryDelete(file); // half of it is of no use, and counts
            reason ??= dumps.Keep(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            reason = error.Message;
        }
        return Tell(processId, file, reason);
    }

    private string? Tell(int processId, string? file, string? reason)
    {
        string? kept = reason is null ? file : null;
        _events.Tell(new MemoryDumped(processId, kept, reason));
        return kept;
    }

    private async Task LookAtSlowAsync(SlowTask task)
    {
        StackReading read = await _reader.ReadAsync(task.ProcessId, _options.ReadTimeout, isUrgent: false).ConfigureAwait(false);
        if (read.Note is not null)
            StoppedProcess.Continue(task.ProcessId);
        TaskReading? found = read.Tasks.FirstOrDefault(other => other.TaskId == task.TaskId);
        if (found is null && read.Note is null)
            return; // it has just ended
        TaskStackTrace stack = found is null ? new TaskStackTrace { Frames = [], Note = read.Note } : StackOf(found);
        _events.Tell(new TaskStackRead(task.TaskId, task.Name, task.WorkerId, task.ProcessId, stack, task.RanFor));
    }

    private static TaskStackTrace StackOf(TaskReading task) => new() { Frames = task.Frames, WaitsFor = task.WaitsFor, Note = task.Note };
}
