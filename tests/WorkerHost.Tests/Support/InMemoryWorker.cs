using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Win32.SafeHandles;
using Nerdbank.Streams;
using Offloop.Invocation;
using Offloop.Payloads;
using Offloop.Protocol;
using Offloop.WorkerHost.Link;
using Offloop.WorkerHost.Tasks;
using StreamJsonRpc;

namespace Offloop.Tests;

/// <summary>The worker's side on streams in memory. The test drives its coordinator by hand.</summary>
internal sealed class InMemoryWorker : ICoordinator, IAsyncDisposable
{
    public const int Hang = 60_000;

    private readonly Channel<FinishedTask> _finished = Channel.CreateUnbounded<FinishedTask>();
    private readonly Channel<int> _started = Channel.CreateUnbounded<int>();
    private readonly Channel<int> _givenBack = Channel.CreateUnbounded<int>();
    private readonly Channel<LogMessage> _logged = Channel.CreateUnbounded<LogMessage>();
    private readonly TaskCompletionSource<ReadyMessage> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<int, RunRequest> _sent = new();
    private readonly string _mark = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private readonly SafeFileHandle _markFile;
    private readonly JsonRpc _rpc;
    private readonly TaskRunner _runner;
    private readonly CoordinatorLink _link;

    /// <param name="maxMessageBytes">The longest result that the coordinator takes.</param>
    /// <param name="wrap">Puts something between the worker and its end of the control pipe.</param>
    /// <param name="threads">How many tasks it runs at once.</param>
    public InMemoryWorker(long maxMessageBytes = 1 << 20, Func<Stream, Stream>? wrap = null, int threads = 1)
    {
        (Stream coordinatorControl, Stream workerControl) = FullDuplexStream.CreatePair();
        (Stream coordinatorData, Stream workerData) = FullDuplexStream.CreatePair();
        _markFile = StartMark.Create(_mark);
        _rpc = RpcConnection.Create(coordinatorControl, RpcContract.Coordinator);
        _rpc.AddLocalRpcTarget(RpcTargetMetadata.FromShape<ICoordinator>(), this, null);
        Worker = _rpc.Attach<IWorker>();
        _rpc.StartListening();
        Data = new DataPipe(coordinatorData, 1 << 30, static _ => true);

        _runner = new TaskRunner(new StartMark(_mark), maxMessageBytes, threads);
        var trouble = new LinkTrouble(static _ => { }, static _ => { });
        Stream control = wrap?.Invoke(workerControl) ?? workerControl;
        _link = CoordinatorLink.Start(control, workerData, new LinkLimits(maxMessageBytes, threads), _runner, trouble);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            _runner.Run(_link);
            ended.SetResult();
        })
        { IsBackground = true, Name = "test task thread" }.Start();
        Ended = ended.Task;
    }

    public IWorker Worker { get; }

    public DataPipe Data { get; }

    /// <summary>Whether tasks that the worker gives back are sent again, as a coordinator would do it.
    /// Otherwise a test can wait for them.</summary>
    public bool SendsAgain { get; init; } = true;

    public Task<ReadyMessage> Ready => _ready.Task;

    /// <summary>Completes when the worker runs no more tasks.</summary>
    public Task Ended { get; }

    public byte[] MarkPage => StartMark.Read(_markFile)!;

    public Task<FinishedTask> FinishedAsync() => _finished.Reader.ReadAsync().AsTask();

    public Task<int> StartedAsync() => _started.Reader.ReadAsync().AsTask();

    public Task<int> GivenBackAsync() => _givenBack.Reader.ReadAsync().AsTask();

    public Task<LogMessage> LoggedAsync() => _logged.Reader.ReadAsync().AsTask();

    public void Run(params RunRequest[] items)
    {
        Array.ForEach(items, item => _sent[item.Sequence] = item);
        Worker.Run(new RunBatch { Items = items });
    }

    /// <summary>A request with the definition of its method.</summary>
    public static RunRequest Request<TArg, TResult>(int sequence, Delegate work, CallKind kind, TArg argument) => new()
    {
        Sequence = sequence,
        Method = sequence,
        Definition = MethodIdentity.Of(work.Method, kind, typeof(TArg), typeof(TResult)),
        TaskId = sequence,
        Attempt = 1,
        Argument = PayloadRef.Inline(PayloadFormat.Default.Write(argument, "argument")),
    };

    public async Task<TResult> ResultAsync<TResult>(FinishedTask finished) =>
        PayloadFormat.Default.Read<TResult>(await finished.Result.ReceiveAsync(FrameKey.Whole(finished.Sequence), Data), "result");

    public async ValueTask DisposeAsync()
    {
        Worker.Leave();
        await Ended;
        _rpc.Dispose();
        Data.Dispose();
        _link.Dispose();
        _runner.Dispose();
        _markFile.Dispose();
        File.Delete(_mark);
    }

    void ICoordinator.Ready(ReadyMessage message) => _ready.SetResult(message);

    void ICoordinator.Report(WorkerReport report)
    {
        if (report.Started != 0)
            _started.Writer.TryWrite(report.Started);
        if (SendsAgain && report.GivenBack.Length > 0)
            Run([.. report.GivenBack.Select(sequence => _sent[sequence])]);
        else
            Array.ForEach(report.GivenBack, sequence => _givenBack.Writer.TryWrite(sequence));
        Array.ForEach(report.Expand(), finished => _finished.Writer.TryWrite(finished));
    }

    void ICoordinator.Progress(ProgressMessage message)
    {
    }

    void ICoordinator.Item(ItemMessage message)
    {
    }

    void ICoordinator.Log(LogMessage message) => _logged.Writer.TryWrite(message);

    Task ICoordinator.ExitingAsync(int code) => Task.CompletedTask;
}
