using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Offloop.Payloads;
using Offloop.Scheduling;
using Offloop.Surroundings;
using Offloop.Telemetry;

namespace Offloop.Recording;

/// <summary>Writes a file for each run that failed. Whoever tells it of one does not wait for the disk: the files are written in the
/// background, and what comes while too many are waiting is counted and dropped. Nothing that goes wrong here concerns a task.</summary>
internal sealed class FailureRecorder : ExecutorListener
{
    /// <summary>How many runs may wait for their files. Each may hold its argument.</summary>
    private const int MaxWaiting = 16;

    private static readonly TimeSpan s_pruning = TimeSpan.FromHours(1);

    /// <summary>How long the end of the pool waits for the last files.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly Channel<TaskFailed?> _waiting = Channel.CreateBounded<TaskFailed?>(
        new BoundedChannelOptions(MaxWaiting) { SingleReader = true });

    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly FailureRecording _recording;
    private readonly RecordMaker _maker;
    private readonly RecordDirectory _directory;
    private readonly Complaint _notWritten, _notMade, _notTaken, _notRedacted;
    private ITimer? _pruner;
    private Task _writing = Task.CompletedTask;

    public FailureRecorder(ProcessPoolOptions options, FailureRecording recording, PayloadFormat format, ILogger logger)
    {
        (_logger, _time, _recording) = (logger, options.TimeProvider, recording);
        _maker = new RecordMaker(options, recording, format);
        _directory = new RecordDirectory(recording);
        _notWritten = new Complaint(_time, (count, reason) =>
        {
            if (options.TellsOnConsole)
                ConsoleText.WriteLine(Console.Error, $"Failed runs cannot be recorded in {recording.Directory}: {reason}");
            logger.RunsNotRecorded(recording.Directory, count, reason);
        });
        _notMade = new Complaint(_time, logger.RecordsNotMade);
        _notTaken = new Complaint(_time, (count, _) => logger.RunsTooFast(count, recording.Directory));
        _notRedacted = new Complaint(_time, logger.RedactionFailed);
    }

    public override bool HearsFailures => true;

    /// <summary>While too many are waiting it wants no argument, because that would be written down only to be dropped.</summary>
    public override long LongestArgument(TaskFailed failed) =>
        FailedRuns.AreRecorded(failed) && _waiting.Reader.Count < MaxWaiting ? _recording.MaxFileBytes : 0;

    public override void Hear(ExecutorEvent happened)
    {
        switch (happened)
        {
            case TaskFailed run when FailedRuns.AreRecorded(run):
                // A run whose argument nobody wanted is not taken, even if there is room by now: its caller may have changed the argument.
                if (((WorkItem)run.Item).KeepsUpTo == 0 || !_waiting.Writer.TryWrite(run))
                    _notTaken.Add();
                break;
            case ExecutorStateChanged { State: ExecutorState.Closed }: // the last event
                _waiting.Writer.TryComplete();
                break;
        }
    }

    /// <summary>Begins to write. It looks at the directory at once, so that one that is of no use is told before it is needed.</summary>
    public void Start() => CleanContext.Run(() =>
    {
        _pruner = _time.CreateTimer(_ => _waiting.Writer.TryWrite(null), null, TimeSpan.Zero, s_pruning);
        _writing = Task.Run(WriteAllAsync);
    });

    /// <summary>Waits a bounded time for the files of runs that were told before the executor's end.</summary>
    public async Task CloseAsync()
    {
        await _writing.WaitAsync(s_patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _pruner?.Dispose();
        _notWritten.Tell();
        _notMade.Tell();
        _notTaken.Tell();
        _notRedacted.Tell();
    }

    private async Task WriteAllAsync()
    {
        await foreach (TaskFailed? run in _waiting.Reader.ReadAllAsync().ConfigureAwait(false))
            Write(run);
    }

    /// <summary>Writes the file of a run, if there is one, and removes old ones. It does not throw.</summary>
    private void Write(TaskFailed? run)
    {
        try
        {
            DateTimeOffset now = _time.GetUtcNow();
            if (run is null)
                _directory.Ensure();
            else if (Make(run, now) is { } file)
                TellRecorded(run.Task.Id, _directory.Write(file, run.Task.Id, run.Task.Attempt, now));
            else
                return;
            _directory.Prune(now);
        }
        catch (Exception error) // the disk or the directory
        {
            _notWritten.Add(error.Message);
        }
    }

    /// <summary>Makes the file of a run; null if that is not possible.</summary>
    private byte[]? Make(TaskFailed run, DateTimeOffset now)
    {
        try
        {
            return _maker.Make(run, now, _notRedacted.Add);
        }
        catch (Exception error) // the run has a value that cannot be written, or too much of them; the directory has no part in it
        {
            _notMade.Add(error.Message);
            return null;
        }
    }

    private void TellRecorded(long task, string path)
    {
        try
        {
            _logger.RunRecorded(task, path);
        }
        catch (Exception) // the application's logger may throw anything; the run is recorded all the same
        {
        }
    }
}
