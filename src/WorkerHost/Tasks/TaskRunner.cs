using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Offloop.Invocation;
using Offloop.Payloads;
using Offloop.Protocol;
using Offloop.Surroundings;
using Offloop.WorkerHost.Link;

namespace Offloop.WorkerHost.Tasks;

/// <summary>Runs the tasks, one after the other, on the thread that calls <see cref="Run"/>. Between tasks that thread reads the pipe
/// itself. While a task runs another one does, so cancellations and heartbeats are heard whatever a task does.</summary>
internal sealed class TaskRunner : IWorker, IDisposable
{
    private static readonly TimeSpan s_telemetryGrace = TimeSpan.FromSeconds(1);

    private readonly RequestQueue _requests;
    private readonly Reporter _reporter;
    private readonly ConcurrentDictionary<int, KnownMethod> _methods = [];
    private readonly long _maxMessageBytes;
    private readonly StartMark _mark;
    private readonly Lock _lock = new();
    private readonly HashSet<int> _cancelled = [];
    private volatile PayloadFormat _format = PayloadFormat.Default;
    private int _current;
    private TaskContext? _context;
    private ProgressSender? _progress;
    private ItemSender? _items;
    private CoordinatorLink? _link;
    private volatile IDisposable? _telemetry;

    /// <param name="mark">Notes how far the tasks are; owned from here on.</param>
    /// <param name="maxMessageBytes">The longest result that the coordinator takes.</param>
    public TaskRunner(StartMark mark, long maxMessageBytes)
    {
        (_mark, _maxMessageBytes) = (mark, maxMessageBytes);
        _requests = new RequestQueue(PrepareFor);
        _reporter = new Reporter(report => _link!.ReportAsync(report), _requests, _mark.Journal);
    }

    void IWorker.Run(RunBatch batch)
    {
        Define(batch.Items);
        _requests.Add(batch.Expand());
        _reporter.Added();
    }

    Task<ExceptionEnvelope?> IWorker.UseJsonOptionsAsync(MethodIdentity method) =>
        PrepareAsync(() => _format = MethodResolver.ResolveFormat(method));

    Task<ExceptionEnvelope?> IWorker.UseTelemetryAsync(MethodIdentity method) =>
        PrepareAsync(() => _telemetry = MethodResolver.ResolveTelemetry(method));

    void IWorker.Prepare(int method, MethodIdentity definition)
    {
        if (_methods.TryAdd(method, KnownMethod.Of(definition)))
            _requests.AddMethod(method);
    }

    void IWorker.Cancel(int sequence)
    {
        TaskContext? context;
        lock (_lock)
        {
            if (sequence > _current)
                _cancelled.Add(sequence); // it has not started, or has not even arrived
            context = sequence == _current ? _context : null;
        }
        context?.Cancel();
    }

    void IWorker.Leave()
    {
        _requests.Complete();
        TaskContext? context;
        lock (_lock)
            context = _context;
        context?.Cancel();
    }

    Task IWorker.PingAsync() => Task.CompletedTask;

    void IWorker.ProgressTaken(int sequence)
    {
        ProgressSender? progress;
        lock (_lock)
            progress = sequence == _current ? _progress : null;
        if (progress is not null)
            _ = Task.Run(progress.Taken); // it may send a large value, which takes time
    }

    void IWorker.Credit(int sequence, int count)
    {
        ItemSender? items;
        lock (_lock)
            items = sequence == _current ? _items : null;
        items?.Grant(count);
    }

    /// <summary>Takes the messages from this pipe, which nobody else reads.</summary>
    public void ReadFrom(BlockingPipe pipe) => _requests.ReadFrom(pipe);

    /// <summary>Waits until there is a task to run, or the coordinator says to leave. False if the time is over before that.</summary>
    public bool WaitForTask(TimeSpan timeout) => _requests.Wait(timeout);

    /// <summary>Runs tasks until the coordinator says to leave.</summary>
    public void Run(CoordinatorLink link)
    {
        _link = link;
        using InterruptShield.Scope shield = InterruptShield.Raise();
        while (_requests.Take() is { } request)
            RunOne(request, link);
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

    private void RunOne(RunRequest request, CoordinatorLink link)
    {
        int sequence = request.Sequence;
        long began = Stopwatch.GetTimestamp();
        _mark.Taken(sequence);
        Payload argument;
        try
        {
            argument = InterruptShield.Wait(link.ReceiveAsync(request));
        }
        catch (IOException)
        {
            return; // the coordinator is gone, and the watchdog ends this process
        }
        ProgressSender? progress = request.ProgressType is { } type ? new ProgressSender(link, sequence, type, _format) : null;
        ItemSender? items = request.Credit is { } credit ? new ItemSender(link, sequence, credit, _format) : null;
        var context = new TaskContext(request.TaskId, request.Attempt, new TaskLogger(link, sequence), progress) { Items = items };
        if (!TryBegin(sequence, context, progress, items))
        {
            Finish(FinishKind.Skipped, default, null);
            return;
        }
        _reporter.Started(sequence, request.ReportStart);
        (FinishKind kind, Payload result, ExceptionEnvelope? error) = ExecuteInScope(request, argument, context);
        End();
        progress?.Close();
        items?.Close();
        Finish(kind, result, error);

        void Finish(FinishKind kind, Payload result, ExceptionEnvelope? error) => _reporter.Finished(new FinishedTask
        {
            Sequence = sequence,
            Kind = kind,
            Result = link.SendResult(sequence, result),
            Error = error,
            Microseconds = (long)Stopwatch.GetElapsedTime(began).TotalMicroseconds,
        });
    }

    private (FinishKind, Payload, ExceptionEnvelope?) ExecuteInScope(RunRequest request, Payload argument, TaskContext context)
    {
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
            return (FinishKind.ArgumentRefused, default, _format.WriteException(error));
        }
        var execution = new Execution(this, request, argument, context);
        string method = _methods.TryGetValue(request.Method, out KnownMethod? known) ? known.Name : ""; // an unknown one is refused below
        var scope = new TaskScope(surroundings, method);
        scope.Run(static execution => ((Execution)execution).Run(), execution);
        scope.End(execution.End.Error?.Type, execution.End.Error?.Message);
        TaskConsole.Leave(request.TaskId);
        return execution.End;
    }

    private (FinishKind, Payload, ExceptionEnvelope?) Execute(RunRequest request, Payload argument, TaskContext context)
    {
        // Marked before the argument is read, because its converters and constructors are user code too.
        _mark.Started(request.Sequence);
        RemoteCall call;
        try
        {
            call = _methods[request.Method].Found.Value.Prepare(argument, _format);
        }
        catch (Exception error) // anything wrong with the method or the argument is this task's error
        {
            _mark.Finished(request.Sequence);
            return (FinishKind.ArgumentRefused, default, _format.WriteException(error));
        }
        try
        {
            using (InterruptShield.Lower())
                call.Invoke(context);
        }
        catch (PayloadException error) // only an item of a stream throws it here
        {
            _mark.Finished(request.Sequence);
            return (FinishKind.ItemRefused, default, _format.WriteException(error));
        }
        catch (Exception error) // a task may throw anything, and that is its outcome
        {
            _mark.Finished(request.Sequence);
            return (FinishKind.Threw, default, _format.WriteException(error));
        }
        _mark.Finished(request.Sequence);
        try
        {
            return (FinishKind.Returned, call.WriteResult().Within(_maxMessageBytes, "result"), null);
        }
        catch (PayloadException error)
        {
            return (FinishKind.ResultRefused, default, _format.WriteException(error));
        }
    }

    /// <summary>Takes note of methods when they arrive, because the task that brings one may be cancelled or given back before it starts.
    /// Throws if a request makes no sense: if it were left out, nobody would ever answer for its task.</summary>
    private void Define(RunRequest[] requests)
    {
        if (Array.Exists(requests, static request => request is null or { Credit: < 0 }))
            throw new InvalidDataException("A request to run a task makes no sense.");
        foreach (RunRequest request in requests)
        {
            if (request.Definition is { } definition)
                _methods[request.Method] = KnownMethod.Of(definition);
        }
    }

    /// <summary>Prepares for the tasks of a method. If something is wrong with it, the first task has to say so.</summary>
    private void PrepareFor(int method)
    {
        try
        {
            _methods[method].Found.Value.Rehearse(_format);
        }
        catch (Exception)
        {
            // The first task says it. It brings the definition again, so the method is looked for anew.
        }
    }

    private bool TryBegin(int sequence, TaskContext context, ProgressSender? progress, ItemSender? items)
    {
        lock (_lock)
        {
            (_current, _context, _progress, _items) = (sequence, context, progress, items);
            bool isCancelled = _cancelled.Remove(sequence);
            if (_cancelled.Count > 0)
                _cancelled.RemoveWhere(earlier => earlier < sequence); // those were given back, and do not come again
            return !isCancelled;
        }
    }

    private void End()
    {
        lock (_lock)
            (_context, _progress, _items) = (null, null, null);
    }

    /// <summary>A method that the coordinator has named.</summary>
    /// <param name="Name">Its name for people.</param>
    /// <param name="Found">The method. It keeps a failure to find it, too, for later tasks.</param>
    private sealed record KnownMethod(string Name, Lazy<RemoteMethod> Found)
    {
        public static KnownMethod Of(MethodIdentity definition) =>
            new(definition.DisplayName, new(() => MethodResolver.Resolve(definition)));
    }

    /// <summary>A task and its end: one object in place of a closure and a delegate.</summary>
    private sealed class Execution(TaskRunner runner, RunRequest request, Payload argument, TaskContext context)
    {
        public (FinishKind Kind, Payload Result, ExceptionEnvelope? Error) End { get; private set; }

        public void Run()
        {
            TaskConsole.Enter(context);
            End = runner.Execute(request, argument, context);
        }
    }
}
