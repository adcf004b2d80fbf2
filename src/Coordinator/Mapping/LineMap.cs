using System.Diagnostics;
using System.Runtime.CompilerServices;
using Offloop.Coordinator.Cli;
using Offloop.Coordinator.Clustering;
using Offloop.Coordinator.Logging;
using Offloop.Coordinator.Output;
using Offloop.Coordinator.Running;
using Offloop.Coordinator.Showing;
using Offloop.Coordinator.Stopping;
using Spectre.Console;

namespace Offloop.Coordinator.Mapping;

/// <summary>One run of <c>map</c>: lines in, a task for each, results out.</summary>
internal sealed class LineMap(MapVerb verb)
{
    private readonly Lock _lock = new();
    private readonly StopSignal _stop = new();
    private readonly MapCounts _counts = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    /// <summary>The line of each item that is under way: their numbers differ once a line is skipped.</summary>
    private readonly Dictionary<long, long> _lines = [];

    /// <summary>Lines that cannot be read, and whose turn has not come: in an ordered output they stand in their place.</summary>
    private readonly Queue<InputLine> _unreadable = new();

    private long _items;

    /// <summary>The length of the input if it is a file.</summary>
    private long? _inputBytes;

    private bool _canResume;

    /// <summary>Runs to the end and returns the program's exit code.</summary>
    /// <exception cref="UsageException">The task, the input or the output is not what was expected.</exception>
    public int Execute()
    {
        TaskIdentity task = TaskMetadata.Find(TaskAddress.Parse(verb.Task), verb.InputFormat);
        using Stream input = OpenInput();
        using var reader = new LineReader(input);
        if (!DashboardServer.TryOpen(verb.Dashboard)) // before there is an output, which a port that is taken would leave empty
            return ExitCode.Failed;
        using ResultSink sink = verb.Output is { } path
            ? ResultFile.Open(path, verb.Resume, () => new ResumeState(task.Name, task.IsJson, reader.Position))
            : new StandardSink();
        _canResume = sink is ResultFile;
        using var writer = new ResultWriter(sink, WriteFailed);
        using var interrupts = new Interrupts(ExitCode.Interrupted, () => _stop.Request(StopReason.Interrupted));
        _ = _stop.Reason.ContinueWith(_ => _stop.Cancel(), TaskScheduler.Default);
        RunAsync(task, reader, sink as ResultFile, writer).GetAwaiter().GetResult();
        return Conclude();
    }

    private async Task RunAsync(TaskIdentity task, LineReader reader, ResultFile? file, ResultWriter writer)
    {
        Executor? executor = null;
        NodeProcesses? nodes = null;
        NodeListener? news = null;
        using ErrorTerminal? terminal = CanDraw() ? new ErrorTerminal() : null;
        try
        {
            executor = Create(task, terminal);
            if (executor is ClusterExecutor cluster)
            {
                news = new NodeListener(cluster, change => Tell($"cluster: {change.Sentence}.", terminal));
                nodes = await NodeProcesses.StartAsync(cluster, verb.ToClusterPlan(), verb.Catalog, _stop.Token);
            }
            executor.StateChanged += (_, change) => TellState(change, terminal);
            var source = new InputSource(reader, file?.ReadBefore ?? InputPosition.Start, verb.Output);
            await using MapProgress? progress = verb.NoProgress ? null : MapProgress.Start(
                new MapMeter(_counts, reader, executor, _inputBytes, TimeProvider.System), terminal);
            await MapAsync(executor, $"{task.Type}.{task.Method}", ReadAsync(source, file?.Done, writer), writer);
        }
        catch (OperationCanceledException) when (_stop.IsRequested)
        {
            // how a map ends before its input
        }
        catch (Exception error) when (error is ExecutorException or IOException or UnauthorizedAccessException
            || (executor is null && error is InvalidOperationException)) // thrown if it cannot start here
        {
            _stop.Fail(error.Message.TrimEnd('.') + ".");
        }
        finally
        {
            writer.Sync();
            news?.Dispose();
            if (executor is not null)
                await executor.ShutdownAsync(ShutdownMode.Kill);
            if (nodes is not null)
                await nodes.DisposeAsync();
        }
    }

    private async Task MapAsync(Executor executor, string name, IAsyncEnumerable<string> source, ResultWriter writer)
    {
        var item = new SubmitOptions { CrashRetries = verb.CrashRetries, Name = name, Requires = verb.Requires };
        var options = new MapOptions { Ordered = verb.Ordered, Item = item };
        TaskMap<LineResult> map = executor.MapAsync<string, LineResult>(LineTask.Run, source, options, _stop.Token);
        await foreach (TaskOutcome<LineResult> outcome in map.Outcomes)
        {
            long line;
            lock (_lock)
                _ = _lines.Remove(outcome.Index, out line);
            RefuseUnreadable(before: line, writer);
            Take(line, outcome, writer);
            if (_stop.IsRequested)
                return; // which cancels what is under way
        }
        RefuseUnreadable(before: long.MaxValue, writer);
    }

    private void Take(long line, TaskOutcome<LineResult> outcome, ResultWriter writer)
    {
        if (outcome.Exception is BrokenExecutorException broken)
        {
            _stop.Fail(broken.Message); // no worker can be had, so the line is not to blame: it stays for the next run
            return;
        }
        if (outcome.IsSuccess)
        {
            writer.Add(line, outcome.Result);
            lock (_lock)
                _counts.Add(outcome.Result);
        }
        else if (!_stop.IsRequested || outcome.Exception is not OperationCanceledException)
        {
            writer.Add(line, outcome.Exception!);
            lock (_lock)
                _counts.Add(ResultLine.FailureOf(outcome.Exception!));
        }
        StopAtLastFailure();
    }

    /// <summary>Writes the failures of the lines before one that could not be read.</summary>
    private void RefuseUnreadable(long before, ResultWriter writer)
    {
        while (true)
        {
            InputLine line;
            lock (_lock)
            {
                if (!_unreadable.TryPeek(out line) || line.Index >= before)
                    return;
                _unreadable.Dequeue();
                _counts.Add(failure: null);
            }
            writer.Add(line.Index, new InvalidDataException($"The line cannot be read: {line.Problem}."));
            StopAtLastFailure();
        }
    }

    private void StopAtLastFailure()
    {
        if (_counts.Failed >= verb.LastFailure)
            _stop.Request(StopReason.Failures);
    }

    private async IAsyncEnumerable<string> ReadAsync(
        InputSource source, DoneLines? done, ResultWriter writer, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Pace? pace = verb.Rate is { } rate ? new Pace(rate.Interval, TimeProvider.System) : null;
        await foreach (InputLine line in source.ReadAsync(IsWanted, cancellationToken))
        {
            if (line.Problem is not null)
            {
                lock (_lock)
                    _unreadable.Enqueue(line);
                if (!verb.Ordered)
                    RefuseUnreadable(before: long.MaxValue, writer);
                if (_stop.IsRequested)
                    yield break;
                continue;
            }
            if (pace is not null)
                await pace.WaitAsync(cancellationToken);
            lock (_lock)
                _lines.Add(_items++, line.Index);
            yield return line.Text;
        }

        bool IsWanted(InputLine line)
        {
            bool isDone = done?.Contains(line.Index) ?? false;
            lock (_lock)
            {
                _counts.Read++;
                _counts.Skipped += isDone ? 1 : 0;
            }
            return !isDone;
        }
    }

    private Executor Create(TaskIdentity task, ErrorTerminal? terminal)
    {
        Console.SetOut(Console.Error); // for tasks that print in this process: stdout is the results'
        if (verb.Executor == ExecutorKind.Inline)
            LineTask.Load(task);
        return Executors.Create(verb.Executor, new ExecutorPlan
        {
            Workers = verb.Workers ?? Environment.ProcessorCount,
            ThreadsPerWorker = verb.ThreadsPerWorker,
            TaskTimeout = verb.Timeout?.Time ?? Timeout.InfiniteTimeSpan,
            JsonOptions = LineJson.Use,
            Loggers = terminal is null ? verb.Loggers : new TerminalLog(terminal.Console, verb.LogLevel),
            TaskOutput = terminal is null ? TaskOutput.StandardError : TaskOutput.Log,
            Initializer = WorkerInitializer.Create(LineTask.Load, task),
            MaxWorkerMemory = verb.MaxWorkerMemory?.Bytes,
            MaxTasksPerWorker = verb.MaxTasksPerWorker,
            Network = verb.Executor == ExecutorKind.Cluster ? verb.ToClusterPlan().Network : null,
        });
    }

    private Stream OpenInput()
    {
        if (verb.Input is not { } path)
        {
            if (!Console.IsInputRedirected)
            {
                string end = OperatingSystem.IsWindows() ? "Ctrl+Z and Enter" : "Ctrl+D";
                Console.Error.WriteLine($"coordinator: reading lines from the terminal; {end} ends them.");
            }
            return Console.OpenStandardInput();
        }
        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            _inputBytes = file.CanSeek ? file.Length : null;
            return file;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            string reason = Directory.Exists(path) ? "it is a directory" : error.Message.TrimEnd('.');
            throw new UsageException($"--input {path}", $"{reason}; expected a file of lines");
        }
    }

    private void WriteFailed(Exception error)
    {
        if (error is ClosedOutputException)
            _stop.Request(StopReason.OutputClosed); // the reader has seen enough
        else
            _stop.Fail($"{verb.Output ?? "stdout"} cannot be written: {error.Message.TrimEnd('.')}.");
    }

    /// <summary>Whether a bar can be drawn on stderr: results in the same terminal would tear it.</summary>
    private bool CanDraw() => !verb.NoProgress && !Console.IsErrorRedirected && (verb.Output is not null || Console.IsOutputRedirected);

    private void TellState(ExecutorStateChangedEventArgs change, ErrorTerminal? terminal)
    {
        if (change.State == ExecutorState.Degraded)
        {
            string what = verb.Executor == ExecutorKind.Cluster ? "lines wait" : "no worker can be started now, and it is tried again";
            Tell($"coordinator: {what}: {change.Reason?.ReplaceLineEndings(" ")}", terminal);
        }
    }

    private static void Tell(string line, ErrorTerminal? terminal)
    {
        if (terminal is null)
            Console.Error.WriteLine(line);
        else
            terminal.Console.WriteLine(line);
    }

    private int Conclude()
    {
        StopReason? reason = _stop.IsRequested ? _stop.Reason.Result : null;
        if (reason == StopReason.OutputClosed)
            return ExitCode.Ok;
        if (_counts.Read > 0)
            Console.Error.WriteLine(_counts.Account(_clock.Elapsed));
        if (reason == StopReason.Failed)
            Console.Error.WriteLine($"coordinator: {_stop.Problem?.ReplaceLineEndings(" ")}");
        if (reason is not null && _canResume)
            Console.Error.WriteLine("coordinator: the same command with --resume goes on.");
        return reason switch
        {
            StopReason.Interrupted => ExitCode.Interrupted,
            StopReason.Failed => ExitCode.Failed,
            _ => _counts.Failed > 0 ? ExitCode.SomeFailed : ExitCode.Ok,
        };
    }
}
