using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using Offloop.Payloads;
using Offloop.Protocol;
using Offloop.Scheduling;
using Offloop.Tasks;
using Offloop.Telemetry;
using StreamJsonRpc;

namespace Offloop.Workers;

/// <summary>One worker process from its launch to its end: the process itself, its pipes and its output. It knows nothing of
/// tasks.</summary>
internal sealed partial class WorkerProcess : IWorkerChannel
{
    /// <summary>How long the pipes and the output of a process that is gone may still take to be read to their end. They end at once,
    /// unless a process that left the worker's group holds them open.</summary>
    private static readonly TimeSpan s_drain = TimeSpan.FromSeconds(1);

    private readonly WorkerLaunch _launch;
    private readonly LaunchMessage _message;
    private readonly Process _process;
    private readonly SafeFileHandle _mark;
    private readonly IDisposable? _hold;
    private readonly string[] _diagnosticFiles;
    private readonly OutputReader _output;
    private readonly OutputReader _error;
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _overdue = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LineBudget _complaints = new(8);
    private JsonRpc? _rpc;
    private DataPipe? _data;
    private IWorker? _worker;
    private volatile bool _exitAnnounced;
    private volatile bool _brokeProtocol;
    private volatile bool _isToEnd;

    private WorkerProcess(
        WorkerLaunch launch, LaunchMessage message, Process process, SafeFileHandle mark, IDisposable? hold, Func<long?, TaskItem?> taskOf)
    {
        (_launch, _message, _process, _mark, _hold) = (launch, message, process, mark, hold);
        ProcessId = process.Id;
        _diagnosticFiles = DiagnosticFiles.Of(process);
        WorkerOutput.Source source = new(message.WorkerId, process.Id, taskOf);
        _output = new OutputReader(process.StandardOutput.BaseStream, launch.Output.Take(source, isError: false));
        _error = new OutputReader(process.StandardError.BaseStream, launch.Output.Take(source, isError: true));
        Exited = AwaitExitAsync();
    }

    public int ProcessId { get; }

    /// <summary>Done, without an error, when the process is gone and all it sent has been handled.</summary>
    public Task<WorkerExit> Exited { get; }

    /// <summary>Done when the process has been killed and its end has not been seen for
    /// <see cref="SchedulerOptions.DefaultEndPatience"/>: it waits in the kernel for a device, say. It may end at some time, and what is
    /// left of it here goes with it then.</summary>
    public Task Overdue => _overdue.Task;

    private DataPipe Data => _data!;

    public ValueTask<PayloadRef> SendAsync(Payload payload, FrameKey key) => PayloadRef.SendAsync(payload, key, Data);

    public ValueTask<Payload> ReceiveAsync(PayloadRef payload, FrameKey key) => payload.ReceiveAsync(key, Data);

    public void Forget(ReadOnlySpan<int> sequences) => Data.ForgetTasks(sequences);

    public byte[]? ReadMarks() => StartMark.Read(_mark);

    public TaskPhase PhaseOf(int sequence) => StartMark.PhaseIn(_mark, sequence);

    /// <summary>Kills the process and all that it started. The end is seen through <see cref="Exited"/>; if it cannot be seen, that is seen
    /// through <see cref="Overdue"/>.</summary>
    public void Kill(KillReason reason)
    {
        _launch.Events.Tell(new WorkerKilled(_message.WorkerId, ProcessId, reason.Cause, reason.Text));
        End();
    }

    /// <summary>Asks the process to end, and kills it if it has not within <see cref="SchedulerOptions.DefaultEndPatience"/>.</summary>
    public void Leave()
    {
        Tell(static worker => worker.Leave());
        _ = LeaveAsync();

        async Task LeaveAsync()
        {
            if (!await EndsInTimeAsync().ConfigureAwait(false) && !_isToEnd)
                Kill(new KillReason(FailureCause.Shutdown, "it did not leave in time"));
        }
    }

    /// <summary>Sends a notification. A worker that is gone does not hear it; its end is seen elsewhere.</summary>
    public void Tell(Action<IWorker> notification)
    {
        try
        {
            notification(_worker!);
        }
        catch (Exception error) when (error is ObjectDisposedException or ConnectionLostException or IOException)
        {
            // The worker is gone.
        }
    }

    /// <summary>The process has said that it is ending itself.</summary>
    public void AnnounceExit() => _exitAnnounced = true;

    /// <summary>Resident bytes of the process, or null.</summary>
    public long? ReadResidentBytes() => ResidentMemory.Of(_process);

    /// <summary>Asks the worker to answer. Fails when its connection is gone.</summary>
    public Task PingAsync() => _worker!.PingAsync();

    /// <summary>Kills a worker that lives on although one of its pipes has ended. A worker closes its pipes when it ends. One that closes a
    /// pipe before, or sends something that is no JSON-RPC, or a frame that it may not send, is of no use any more.</summary>
    private async Task KillWhenDisconnectedAsync(JsonRpc rpc)
    {
        var disconnected = new TaskCompletionSource<JsonRpcDisconnectedEventArgs>(TaskCreationOptions.RunContinuationsAsynchronously);
        rpc.Disconnected += (_, args) => disconnected.TrySetResult(args);
        await Task.WhenAny(disconnected.Task, Data.Completion).ConfigureAwait(false);
        JsonRpcDisconnectedEventArgs? ended = disconnected.Task.IsCompleted ? await disconnected.Task.ConfigureAwait(false) : null;
        string? misunderstood = ended is null ? null : RpcConnection.Misunderstanding(rpc, ended);
        // A worker that could not be understood is killed at once. Any other may be about to end by itself.
        if (misunderstood is null && await IsGoneAsync().ConfigureAwait(false))
            return;
        _brokeProtocol = true;
        _launch.Logger.ConnectionEnded(
            _message.WorkerId, ProcessId,
            misunderstood ?? (ended is null ? "its data pipe has ended" : PeerText.OneLine(ended.Description)));
        Kill(new KillReason(FailureCause.ProtocolError, misunderstood is null ? "it left its pipe" : "it sent what cannot be understood"));
    }

    /// <summary>Logs a message that the worker should not have sent. Only a few are logged, because it may go on for ever.</summary>
    private void Complain(string what)
    {
        if (!_complaints.TryTake(out bool isLast))
            return;
        _launch.Logger.MessageIgnored(_message.WorkerId, ProcessId, what);
        if (isLast)
            _launch.Logger.NoMoreLines(_message.WorkerId);
    }

    /// <summary>Kills the process. Its end is awaited for a bounded time.</summary>
    private void End()
    {
        _isToEnd = true;
        _launch.Kill(_process, _hold);
        _ = AwaitEndAsync();

        async Task AwaitEndAsync()
        {
            if (!await EndsInTimeAsync().ConfigureAwait(false))
                _overdue.TrySetResult();
        }
    }

    private async Task<bool> EndsInTimeAsync()
    {
        try
        {
            await Exited.WaitAsync(SchedulerOptions.DefaultEndPatience, _launch.Options.TimeProvider).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task<WorkerExit> AwaitExitAsync()
    {
        await _process.WaitForExitAsync().ConfigureAwait(false);
        _gone.TrySetResult();
        _launch.Kill(_process, _hold); // the processes that it had started
        if (_rpc is { } rpc)
            await Settled(Task.WhenAll(rpc.Completion, rpc.DispatchCompletion, Data.Completion)).ConfigureAwait(false);
        await Settled(Task.WhenAll(_output.Completion, _error.Completion)).ConfigureAwait(false);
        var exit = new WorkerExit
        {
            ProcessId = ProcessId,
            ExitCode = _process.ExitCode,
            Announced = _exitAnnounced,
            HostFailure = FailureOfHost(),
            BrokeProtocol = _brokeProtocol || (!_exitAnnounced && _process.ExitCode == WorkerExitCode.ProtocolError),
            StandardErrorTail = _error.Tail,
            Marks = StartMark.Read(_mark),
        };
        Close();
        return exit;
    }

    /// <summary>The host's failure, if there was one. A process that was killed can have the same exit code, but a host that fails says why
    /// on standard error.</summary>
    private HostFailure? FailureOfHost() =>
        _rpc is null && _launch.RunsDotnetMethods && _error.Tail.Length > 0 ? HostFailure.Of(_process.ExitCode) : null;

    /// <summary>Waits a bounded time, whatever the task comes to.</summary>
    private static Task<Task> Settled(Task task) => Task.WhenAny(task, DrainAsync());

    /// <summary>Waits for <see cref="s_drain"/>. The time is counted in tenths, of which a pause of this process uses up one alone.
    /// Otherwise all of it could pass while nobody reads: what there is would be given up unread, and a worker that was killed meanwhile
    /// would be said to have left its pipe.</summary>
    private static async Task DrainAsync()
    {
        for (int i = 0; i < 10; i++)
            await Task.Delay(s_drain / 10).ConfigureAwait(false);
    }

    private void Close()
    {
        _rpc?.Dispose();
        _data?.Dispose();
        _hold?.Dispose();
        _process.Dispose();
        _mark.Dispose();
        string[] pipes = OperatingSystem.IsWindows() ? [] : [_message.ControlPipe, _message.ReportPipe, _message.DataPipe];
        foreach (string path in (string[])[_message.StartMarkFile, .. _diagnosticFiles, .. pipes])
            _launch.Directory.Remove(path);
    }
}
