using System.Diagnostics;
using System.Globalization;
using System.Text;
using Offloop.Coordinator.Cli;
using Offloop.Coordinator.Output;
using Offloop.Coordinator.Stopping;
using Offloop.Payloads;
using Offloop.Recording;

namespace Offloop.Coordinator.Replaying;

/// <summary>One replay: the recorded task runs again, and its outcome is compared with the recorded one.</summary>
internal sealed class Replay(ReplayVerb verb)
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(100);

    /// <summary>How the lines of a stack begin that are not the application's.</summary>
    private static readonly string[] s_own =
    [
        "   at Offloop.Coordinator.", "   at Offloop.Invocation.", "   at Offloop.Streaming.", "   at Offloop.WorkerHost.",
        "--- End of stack trace from previous location",
    ];

    private readonly StopSignal _stop = new();

    /// <summary>Runs to the end and returns the program's exit code.</summary>
    /// <exception cref="UsageException">The file cannot be replayed.</exception>
    public int Execute()
    {
        RecordedRun run = RecordedRun.Open(verb.File, verb.Assembly);
        ProcessPoolOptions? pool = verb.Executor == ReplayPlace.Inline ? null : OptionsOf(run);
        foreach (string difference in run.Differences())
            Tell(difference);
        FailureRecord record = run.Record;
        Tell(string.Create(
            CultureInfo.InvariantCulture,
            $"'{record.Task.Name}' (attempt {record.Task.Attempt}), recorded at {record.RecordedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z, runs "
            + $"again {(pool is null ? "in this process" : "in a worker process")}."));
        Console.SetOut(Console.Error); // for tasks that print in this process: stdout is the result's
        Cultures.Enter("", ""); // the task enters its own, where it runs
        using var interrupts = new Interrupts(ExitCode.Interrupted, Stop);
        var comparison = new FailureComparison(record.Failure);
        try
        {
            if (pool is null)
                RunInline(run);
            else
                RunInProcessAsync(run, pool).GetAwaiter().GetResult();
            Tell(comparison.WithSuccess());
            return ExitCode.Ok;
        }
        catch (OperationCanceledException) when (_stop.IsRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (ClosedOutputException)
        {
            return ExitCode.Ok; // the reader has seen enough
        }
        catch (NotReplayedException error)
        {
            Tell(error.Message);
            return ExitCode.Failed;
        }
        catch (Exception error) when (error is not UsageException) // a task may throw anything, and that is what was asked for
        {
            Console.Error.WriteLine(Show(error));
            Tell(comparison.With(error));
            return ExitCode.SomeFailed;
        }
    }

    private void Stop()
    {
        _stop.Request(StopReason.Interrupted);
        _stop.Cancel();
    }

    private void RunInline(RecordedRun run)
    {
        if (verb.WaitForDebugger)
            WaitForDebugger();
        FailureRecord record = run.Record;
        foreach ((string name, string? value) in record.Environment)
            Environment.SetEnvironmentVariable(name, value);
        if (Directory.Exists(record.WorkingDirectory))
            Directory.SetCurrentDirectory(record.WorkingDirectory);
        LoadedRun loaded;
        try
        {
            loaded = LoadedRun.Load(record, run.Assembly);
        }
        catch (Exception error) // the application's initializer and JSON options may throw anything
        {
            throw new NotReplayedException($"The task could not be prepared: {error}");
        }
        var context = new TaskContext(record.Task.Id, record.Task.Attempt, verb.Loggers.CreateLogger("Offloop.Tasks"));
        using CancellationTokenRegistration cancelled = _stop.Token.Register(context.Cancel);
        try
        {
            loaded.Run(context, Print);
        }
        catch (PayloadException error)
        {
            throw new ExecutorException(error.Message, new TaskFailure { Cause = FailureCause.Payload }, error.InnerException);
        }
    }

    private ProcessPoolOptions OptionsOf(RecordedRun run)
    {
        FailureRecord record = run.Record;
        try
        {
            var options = new ProcessPoolOptions
            {
                MinWorkers = 1,
                MaxWorkers = 1,
                TaskTimeout = verb.Timeout?.Time ?? record.Limits.Timeout ?? Timeout.InfiniteTimeSpan,
                CancellationGrace = record.Limits.CancellationGrace,
                MaxWorkerMemory = record.Limits.MaxWorkerMemory,
                WorkerHeapLimit = record.Limits.WorkerHeapLimit,
                Environment = record.Environment,
                WorkingDirectory = Directory.Exists(record.WorkingDirectory) ? record.WorkingDirectory : null,
                Initializer = WorkerInitializer.Create(ReplayTask.Load, new ReplayOrder(run.File, run.Assembly)),
                StartTimeout = TimeSpan.FromMinutes(1), // the application's own initializer is part of it
                TaskOutput = TaskOutput.StandardError,
                WorkersHaveCultures = Cultures.AreThere,
                LoggerFactory = verb.Loggers,
            };
            options.Validate();
            return options;
        }
        catch (ArgumentException error) // a limit, say, that no pool can have
        {
            throw RecordedRun.NoRecord(run.File, error);
        }
    }

    private async Task RunInProcessAsync(RecordedRun run, ProcessPoolOptions options)
    {
        var item = new SubmitOptions { Name = run.Record.Task.Name };
        Executor? executor = null;
        try
        {
            executor = new ProcessPoolExecutor(OptionsOf(run));
            await foreach (string line in executor.StreamAsync(ReplayTask.Run, 0, item, _stop.Token))
                Print(line);
        }
        catch (ExecutorException error) when (error.Failure.Cause == FailureCause.StartFailure)
        {
            throw new NotReplayedException(error.Message);
        }
        catch (ArgumentException error) when (executor is null) // a limit, say, that no pool can have
        {
            throw RecordedRun.NoRecord(run.File, error);
        }
        catch (InvalidOperationException error) when (executor is null) // it cannot start here
        {
            throw new NotReplayedException(error.Message);
        }
        finally
        {
            if (executor is not null)
                await executor.ShutdownAsync(ShutdownMode.Kill);
        }
    }

    private void WaitForDebugger()
    {
        Tell($"process {Environment.ProcessId} waits for a debugger; Ctrl+C ends it.");
        while (!Debugger.IsAttached) // nothing announces it
        {
            if (_stop.Token.WaitHandle.WaitOne(s_look))
                throw new OperationCanceledException(_stop.Token);
        }
    }

    /// <summary>The exception as it prints itself, without what is the same for every task.</summary>
    private static string Show(Exception error) => string.Join(
        Environment.NewLine,
        error.ToString().Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries)
            .Where(static line => !Array.Exists(s_own, own => line.StartsWith(own, StringComparison.Ordinal))));

    private static void Print(string line) => StandardOutput.Write(Encoding.UTF8.GetBytes($"{line}\n"));

    private static void Tell(string text) => Console.Error.WriteLine($"coordinator: {text}");
}

/// <summary>The task could not be run. The message says why.</summary>
internal sealed class NotReplayedException(string message) : Exception(message);
