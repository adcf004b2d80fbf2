using System.Diagnostics;
using System.Globalization;
using Offloop.Invocation;
using Offloop.Payloads;
using Offloop.Protocol;
using Offloop.Surroundings;
using Offloop.WorkerHost.Link;

namespace Offloop.WorkerHost.Tasks;

/// <summary>Runs the tasks on its threads: the one that calls <see cref="Run"/>, and as many others as were asked for. Between tasks one of
/// them reads the pipe itself. While all have a task another one does, so cancellations and heartbeats are heard whatever a task
/// does.</summary>
internal sealed class TaskRunner : IWorker, IDisposable
{
    private static readonly TimeSpan s_telemetryGrace = TimeSpan.FromSeconds(1);

    private readonly RequestQueue _requests;
    private readonly Reporter _reporter;
    private readonly MethodTable _methods = new();
    private readonly long _maxMessageBytes;
    private readonly int _threads;
    private readonly StartMark _mark;
    private readonly Lock _lock = new();
    private readonly List<RunningTask> _running = [];
    private readonly HashSet<int> _cancelled = [];
    private volatile PayloadFormat _format = PayloadFormat.Default;
    private volatile ThreadInitializer? _threadInitializer;
    private CoordinatorLink? _link;
    private volatile IDisposable? _telemetry;

    /// <param name="mark">Notes how far the tasks are; owned from here on.</param>
    /// <param name="maxMessageBytes">The longest result that the coordinator takes.</param>
    /// <param name="threads">How many tasks run at once.</param>
    public TaskRunner(StartMark mark, long maxMessageBytes, int threads = 1)
    {
        (_mark, _maxMessageBytes, _threads) = (mark, maxMessageBytes, threads);
        _requests = new RequestQueue(method => _methods.Rehearse(method, _format));
        _reporter = new Reporter(report => _link!.ReportAsync(report), _requests, _mark.Journal, threads);
    }

    /// <summary>Lets the system write to an address when the calling thread ends the process.</summary>
    public Action<nint>? StampAtExit { get; init; }

    void IWorker.Run(RunBatch batch)
    {
        _methods.Define(batch.Items);
        RunRequest[] requests = batch.Expand();
        if (_requests.TryAdd(requests))
            _reporter.Added();
        else
            _reporter.GiveBack(requests);
    }

    Task<ExceptionEnvelope?> IWorker.UseJsonOptionsAsync(MethodIdentity method) =>
        PrepareAsync(() => _format = MethodResolver.ResolveFormat(method));

    Task<ExceptionEnvelope?> IWorker.UseTelemetryAsync(MethodIdentity method) =>
        PrepareAsync(() => _telemetry = MethodResolver.ResolveTelemetry(method));

    Task<ExceptionEnvelope?> IWorker.InitializeThreadsAsync(RunRequest request)
    {
        _methods.Define([request]);
        _threadInitializer = new ThreadInitializer(request, _threads);
        _requests.AddForEachThread(request, _threads);
        return _threadInitializer.Ended;
    }

    void IWorker.Prepare(int method, MethodIdentity definition)
    {
        if (_methods.TryDefine(method, definition))
            _requests.AddMethod(method);
    }

    void IWorker.Cancel(int sequence)
    {
        RunningTask? task;
        lock (_lock)
        {
            task = Find_NeedsLock(sequence);
            if (task is null)
                _cancelled.Add(sequence); // it has not started, or has not even arrived; or it has ended, and is forgotten later
        }
        task?.Context.Cancel();
    }

    void IWorker.Recall() => _reporter.GiveBack(_requests.Recall());

    void IWorker.Leave()
    {
        _requests.Complete();
        RunningTask[] running;
        lock (_lock)
            running = [.. _running];
        foreach (RunningTask task in running)
            task.Context.Cancel();
    }

    Task IWorker.PingAsync() => Task.CompletedTask;

    void IWorker.ProgressTaken(int sequence)
    {
        if (Find(sequence)?.Progress is { } progress)
            _ = Task.Run(progress.Taken); // it may send a large value, which takes time
    }

    void IWorker.Credit(int sequence, int count) => Find(sequence)?.Items?.Grant(count);

    /// <summary>Takes the messages from this pipe, which nobody else reads.</summary>
    public void ReadFrom(BlockingPipe pipe) => _requests.ReadFrom(pipe);

    /// <summary>Waits until there is a task to run, or the coordinator says to leave. False if the time is over before that.</summary>
    public bool WaitForTask(TimeSpan timeout) => _requests.Wait(timeout);

    /// <summary>Runs tasks until the coordinator says to leave.</summary>
    public void Run(CoordinatorLink link)
    {
        _link = link;
        Thread[] others =
            [.. Enumerable.Range(1, _threads - 1).Select(number => new Thread(() => RunTasks(link, number)) { IsBackground = true })];
        foreach (Thread thread in others)
            thread.UnsafeStart();
        RunTasks(link, 0);
        foreach (Thread thread in others)
            thread.Join();
    }

    /// <summary>Lets the application export what it still holds. The end of the worker does not wait longer for it.</summary>
    public void EndTelemetry()
    {
        if (_telemetry is { } telemetry)
            Task.Run(telemetry.Dispose).ContinueWith(static _ => { }, TaskScheduler.Default).Wait(s_telemetryGrace);
    }

    public void Dispose()
    {
        _requests.Dispose();
        _reporter.Dispose();
        _mark.Dispose();
    }

    /// <summary>Runs a method of the user on a pool thread, because the pipe has to be read meanwhile. It may throw anything; the worker
    /// then does not start.</summary>
    private Task<ExceptionEnvelope?> PrepareAsync(Action prepare) => Task.Run(() =>
    {
        try
        {
            prepare();
            return null;
        }
        catch (Exception error)
        {
            return _format.WriteException(error);
        }
    });

    private void RunTasks(CoordinatorLink link, int thread)
    {
        StampAtExit?.Invoke(_mark.StampOf(thread));
        using InterruptShield.Scope shield = InterruptShield.Raise();
        while (_requests.Take() is { } request)
        {
            _mark.Runs(thread, request.Sequence);
            RunOne(request, link);
        }
    }

    private void RunOne(RunRequest request, CoordinatorLink link)
    {
        int sequence = request.Sequence;
        ThreadInitializer? initializer = _threadInitializer is { } given && given.Is(request) ? given : null;
        long began = Stopwatch.GetTimestamp();
        _mark.Taken(sequence);
        Payload argument;
        try
        {
            argument = initializer?.ReceiveArgument(link) ?? InterruptShield.Wait(link.ReceiveAsync(request));
        }
        catch (IOException)
        {
            return; // the coordinator is gone, and the watchdog ends this process
        }
        ProgressSender? progress = request.ProgressType is { } type ? new ProgressSender(link, sequence, type, _format) : null;
        ItemSender? items = request.Credit is { } credit ? new ItemSender(link, sequence, credit, _format) : null;
        var context = new TaskContext(request.TaskId, request.Attempt, new TaskLogger(link, sequence), progress) { Items = items };
        var task = new RunningTask(request, argument, context, progress, items);
        bool begins = TryBegin(task);
        if (begins)
        {
            _reporter.Started(sequence, request.ReportStart);
            ExecuteInScope(task);
            End(task);
            progress?.Close();
            items?.Close();
        }
        else
        {
            task.Result = new TaskResult(FinishKind.Skipped);
        }
        var finished = new FinishedTask
        {
            Sequence = sequence,
            Kind = task.Result.Kind,
            Result = link.SendResult(sequence, task.Result.Payload),
            Error = task.Result.Error,
            Microseconds = (long)Stopwatch.GetElapsedTime(began).TotalMicroseconds,
        };
        _reporter.Finished(finished, hadStarted: begins, isSaid: initializer is null);
        initializer?.Finish(task.Result);
    }

    private void ExecuteInScope(RunningTask task)
    {
        RunRequest request = task.Request;
        TaskSurroundings surroundings;
        try
        {
            TraceContext? trace = request.TraceParent is { } parent
                ? new TraceContext { Parent = parent, State = request.TraceState, Baggage = request.Baggage }
                : null;
            surroundings = TaskSurroundings.From(request.Culture, request.UICulture, trace);
        }
        catch (CultureNotFoundException error)
        {
            task.Result = Refused(FinishKind.ArgumentRefused, error);
            return;
        }
        var scope = new TaskScope(surroundings, _methods.NameOf(request.Method)); // an unknown method is refused below
        scope.Run(static execution => ((Execution)execution).Run(), new Execution(this, task));
        scope.End(task.Result.Error?.Type, task.Result.Error?.Message);
        TaskConsole.Leave(request.TaskId);
    }

    private TaskResult Execute(RunningTask task)
    {
        // Marked before the argument is read, because its converters and constructors are user code too.
        _mark.Started(task.Sequence);
        RemoteCall call;
        try
        {
            call = _methods.Find(task.Request.Method).Prepare(task.Argument, _format);
        }
        catch (Exception error) // anything wrong with the method or the argument is this task's error
        {
            _mark.Finished(task.Sequence);
            return Refused(FinishKind.ArgumentRefused, error);
        }
        try
        {
            using (InterruptShield.Lower())
                call.Invoke(task.Context);
        }
        catch (PayloadException error) // only an item of a stream throws it here
        {
            _mark.Finished(task.Sequence);
            return Refused(FinishKind.ItemRefused, error);
        }
        catch (Exception error) // a task may throw anything, and that is its outcome
        {
            _mark.Finished(task.Sequence);
            return Refused(FinishKind.Threw, error);
        }
        _mark.Finished(task.Sequence);
        try
        {
            return new TaskResult(FinishKind.Returned, call.WriteResult().Within(_maxMessageBytes, "result"));
        }
        catch (PayloadException error)
        {
            return Refused(FinishKind.ResultRefused, error);
        }
    }

    private TaskResult Refused(FinishKind kind, Exception error) => new(kind, Error: _format.WriteException(error));

    private RunningTask? Find(int sequence)
    {
        lock (_lock)
            return Find_NeedsLock(sequence);
    }

    private RunningTask? Find_NeedsLock(int sequence)
    {
        foreach (RunningTask task in _running)
        {
            if (task.Sequence == sequence)
                return task;
        }
        return null;
    }

    private bool TryBegin(RunningTask task)
    {
        lock (_lock)
        {
            bool isCancelled = _cancelled.Remove(task.Sequence);
            if (_cancelled.Count > 0) // those of tasks so far behind have ended or were given back, and do not come again
                _cancelled.RemoveWhere(earlier => earlier < task.Sequence - StartMark.Words);
            if (!isCancelled)
                _running.Add(task);
            return !isCancelled;
        }
    }

    private void End(RunningTask task)
    {
        lock (_lock)
            _running.Remove(task);
    }

    /// <summary>A task and what runs it: one object in place of a closure and a delegate.</summary>
    private sealed class Execution(TaskRunner runner, RunningTask task)
    {
        public void Run()
        {
            TaskConsole.Enter(task.Context);
            task.Result = runner.Execute(task);
        }
    }
}
