using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Offloop.Coordinator.Cli;
using Offloop.Coordinator.Clustering;
using Offloop.Coordinator.Fetching;
using Offloop.Coordinator.Live;
using Offloop.Coordinator.Output;
using Offloop.Coordinator.Serving;
using Offloop.Coordinator.Statistics;
using Offloop.Coordinator.Stopping;
using Offloop.Coordinator.Ticking;

namespace Offloop.Coordinator.Running;

/// <summary>One run: the ticker and the blocking workers on the event loop. The thread that executes the run supervises them, so the run
/// ends in time even if the loop is blocked.</summary>
internal sealed class FetchRun
{
    /// <summary>The time that the loop and the executor have to end. After it the run ends without them, and they end with the
    /// process.</summary>
    private static readonly TimeSpan s_grace = TimeSpan.FromMilliseconds(400);

    /// <summary>The time that the summary may take to be written. A reader that has stopped reading must not hold up the end.</summary>
    private static readonly TimeSpan s_summaryGrace = TimeSpan.FromMilliseconds(250);

    /// <summary>A fetch ends by itself when its timeout is over. The executor ends one that overruns its timeout by this much.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly RunVerb _settings;
    private readonly EventLoop _loop = new(TimeProvider.System);
    private readonly StopSignal _stop = new();
    private readonly Report _report;
    private readonly Ticker _ticker;

    private readonly LiveOutput? _liveOutput;
    private volatile RequestSource? _requests;
    private LiveView? _live;
    private NodeProcesses? _nodes;

    /// <summary>Set when there is a URL to fetch and an executor; the ticker does not wait for them.</summary>
    private readonly TaskCompletionSource<BlockingWorker[]> _workers = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public FetchRun(RunVerb settings)
    {
        _settings = settings;
        var schedule = new TickSchedule(settings.Interval, settings.End);
        RunOutput output = settings.Format == OutputFormat.Json ? new JsonOutput(settings.Verbose) : new TextOutput(settings.Verbose);
        if (settings.Live)
            output = _liveOutput = new LiveOutput(settings.Setup, Console.IsOutputRedirected ? output : null);
        _report = new Report(settings.Setup, schedule, output, _stop, TimeProvider.System);
        _ticker = new Ticker(_loop, schedule, _report.Tick);
    }

    /// <summary>Runs to the end and returns the program's exit code.</summary>
    public int Execute()
    {
        using var monitor = new LoopMonitor(_loop);
        using var interrupts = new Interrupts(ExitCode.Interrupted, () => _stop.Request(StopReason.Interrupted));
        if (_liveOutput is not null)
            _live = new LiveView(_liveOutput, () => _requests?.Close(), () => _stop.Request(StopReason.Count));
        Task looped = _loop.RunOnThread(TickAndFetchAsync);
        Executor? executor = Prepare();
        StopReason reason = WaitForEnd(looped);
        RunSummary summary = _report.Close(reason == StopReason.Duration ? _settings.End : _loop.Now);
        if (summary.BlockedFor is not null)
            summary = summary with { BlockedBy = monitor.LongestBlock.TaskName };

        ExecutorSnapshot? snapshot = executor?.GetSnapshot();
        summary = summary with
        {
            FetchesUnfinished = (_requests?.Taken ?? 0) - summary.FetchesOk - summary.FetchesFailed,
            AbandonedThreads = snapshot?.AbandonedThreads ?? 0,
            Nodes = executor is ClusterExecutor ? NodeTotal.Of(snapshot!) : null,
        };

        _stop.Cancel();
        Task closed = executor is null ? Task.CompletedTask : Task.Run(() => executor.ShutdownAsync(ShutdownMode.Kill));
        Task.WhenAll(looped, closed).Wait(s_grace);
        _live?.End(s_summaryGrace);
        Conclude(reason, summary);
        _nodes?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return reason switch
        {
            StopReason.Interrupted => ExitCode.Interrupted,
            StopReason.Failed => ExitCode.Failed,
            _ => summary.EveryFetchFailed ? ExitCode.Failed : ExitCode.Ok,
        };
    }

    private async Task TickAndFetchAsync()
    {
        Task ticking = _ticker.RunAsync(_stop);
        await Task.WhenAll((await _workers.Task).Select(worker => worker.RunAsync()));
        _stop.Request(StopReason.Count);
        await ticking;
    }

    /// <summary>Chooses the URLs and announces them, and creates the executor and the workers.</summary>
    private Executor? Prepare()
    {
        Executor? executor = null;
        BlockingWorker[] workers = [];
        try
        {
            string[] targets = _settings.Work != WorkKind.Http ? AnnounceWork()
                : _settings.Urls.Any() ? AnnounceGiven()
                : AnnounceEmbedded();
            executor = Executors.Create(_settings.Executor, new ExecutorPlan
            {
                Workers = _settings.WorkerCount,
                ThreadsPerWorker = _settings.ThreadsPerWorker,
                TaskTimeout = _settings.Work == WorkKind.Http ? _settings.Timeout.Time + s_patience : _settings.Timeout.Time,
                CancellationGrace = _settings.Work == WorkKind.Http ? null : TimeSpan.Zero, // other work knows no token
                MaxWorkerMemory = _settings.MaxWorkerMemory?.Bytes,
                JsonOptions = FetchJson.Use,
                Loggers = _settings.Loggers,
                Network = _settings.Executor == ExecutorKind.Cluster ? _settings.ToClusterPlan().Network : null,
                TaskOutput = _settings.Live ? TaskOutput.Discard : TaskOutput.StandardError,
            });
            if (executor is ClusterExecutor cluster)
            {
                _ = new NodeListener(cluster, _report.Node); // until the report is closed
                ClusterPlan plan = _settings.ToClusterPlan();
                _nodes = NodeProcesses.StartAsync(cluster, plan, _settings.Catalog, _stop.Token).GetAwaiter().GetResult();
            }
            _live?.Watch(executor);
            BlockingWorker.WarmUp(executor);
            var requests = new RequestSource(targets, _settings.Timeout, _settings.Count);
            _requests = requests;
            bool isWatched = _settings.Live || _settings.Dashboard is not null;
            var worker = new BlockingWorker(executor, requests, _stop, _report.Fetch, _settings.Requires, isWatched);
            workers = [.. Enumerable.Repeat(worker, _settings.InFlight)]; // one object is enough: each call of RunAsync has its own loop
        }
        catch (Exception error) when (error is InvalidOperationException or ExecutorException or IOException or SocketException)
        {
            _stop.Fail(error.Message); // thrown if the executor or the server cannot start here
        }
        _workers.SetResult(workers);
        return executor;
    }

    private void Announce(string source)
    {
        if (_live is null)
            Console.Error.WriteLine(Text.Header(_settings.Setup, source));
    }

    private string[] AnnounceWork()
    {
        Announce(string.Join(' ', _settings.Urls.Select(static url => $"url={url.AbsoluteUri}")));
        return [Text.Name(_settings.Work)];
    }

    private string[] AnnounceGiven()
    {
        Announce(string.Join(' ', _settings.Urls.Select(static url => $"url={url.AbsoluteUri}")));
        return [.. _settings.Urls.Select(static url => url.AbsoluteUri)];
    }

    /// <summary>Not inlined, so that a run with given URLs does not load the web server.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private string[] AnnounceEmbedded()
    {
        var settings = new ServeVerb();
        SlowServer server = SlowServer.Bind(settings);
        string answer = $"{DurationText.Format(settings.Delay)} per response, {SizeText.Format(settings.Size.Bytes)}";
        Announce($"url={server.Url} (embedded server: {answer})");
        _ = Task.Run(server.StartAsync).ContinueWith(
            start => _stop.Fail($"the embedded server could not start: {start.Exception!.GetBaseException().Message}"),
            CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return [server.Url.AbsoluteUri];
    }

    private StopReason WaitForEnd(Task looped)
    {
        TimeSpan left = _settings.End - _loop.Now;
        int milliseconds = (int)Math.Clamp(Math.Ceiling(left.TotalMilliseconds), 0, int.MaxValue);
        if (Task.WaitAny([_stop.Reason, looped], _settings.End == TimeSpan.MaxValue ? Timeout.Infinite : milliseconds) < 0)
            _stop.Request(StopReason.Duration);
        return looped.IsFaulted ? throw looped.Exception : _stop.Reason.Result;
    }

    private void Conclude(StopReason reason, RunSummary summary) => Task.Run(() =>
    {
        bool anything = reason != StopReason.Failed || summary.FetchesOk + summary.FetchesFailed > 0;
        if (anything && reason != StopReason.OutputClosed)
            _report.Summarize(summary);
        if (reason == StopReason.Failed)
            Console.Error.WriteLine($"coordinator: {_stop.Problem?.ReplaceLineEndings(" ")}");
    }).Wait(s_summaryGrace);
}
