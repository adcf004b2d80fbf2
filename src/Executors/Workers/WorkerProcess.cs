using System.Diagnostics;
using System.Text.Json;
using Offloop.Diagnostics;
using Offloop.Protocol;
using StreamJsonRpc;

namespace Offloop.Workers;

/// <summary>One worker process from its launch to its end: the process itself, its two pipes and its output. It knows nothing of tasks.</summary>
internal sealed class WorkerProcess
{
    /// <summary>How long the pipes and the output of a process that is gone may still take to be read to their end. They end at once, unless
    /// a process that left the worker's group holds them open.</summary>
    private static readonly TimeSpan s_drain = TimeSpan.FromSeconds(1);

    private readonly WorkerLaunch _launch;
    private readonly LaunchMessage _message;
    private readonly Process _process;
    private readonly OutputReader _output;
    private readonly OutputReader _error;
    private JsonRpc? _rpc;
    private DataPipe? _data;
    private IWorker? _worker;
    private volatile bool _exitAnnounced;
    private volatile bool _brokeProtocol;

    private WorkerProcess(WorkerLaunch launch, LaunchMessage message, Process process, Func<long?> currentTask)
    {
        (_launch, _message, _process) = (launch, message, process);
        ProcessId = process.Id;
        _output = new OutputReader(process.StandardOutput.BaseStream, line => Log("standard output", line));
        _error = new OutputReader(process.StandardError.BaseStream, line => Log("standard error", line));
        Exited = AwaitExitAsync();

        void Log(string stream, string line) => launch.Logger.WorkerOutput(message.WorkerId, process.Id, currentTask(), stream, line);
    }

    public int ProcessId { get; }

    /// <summary>Done, without an error, when the process is gone and all it sent has been handled.</summary>
    public Task<WorkerExit> Exited { get; }

    public DataPipe Data => _data!;

    /// <summary>Starts a worker and waits until it is ready. Throws <see cref="WorkerStartException"/>, and leaves no process then.</summary>
    /// <param name="launch">What all workers of the pool have in common.</param>
    /// <param name="workerId">The worker's number.</param>
    /// <param name="target">Takes what the worker says.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static async Task<WorkerProcess> StartAsync(WorkerLaunch launch, int workerId, WorkerSlot target, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(launch.Options.StartTimeout, launch.Options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        WorkerProcess? worker = null;
        try
        {
            LaunchMessage message = launch.NewMessage(workerId);
            using var control = new PipeListener(message.ControlPipe, workerId, launch.Logger);
            using var data = new PipeListener(message.DataPipe, workerId, launch.Logger);
            var process = new Process { StartInfo = launch.StartInfo() };
            process.Start();
            worker = new WorkerProcess(launch, message, process, () => target.CurrentTaskId);
            worker.SetPriority();
            await worker.ConnectAsync(control, data, target, either.Token).ConfigureAwait(false);
            return worker;
        }
        catch (Exception error)
        {
            if (worker is null)
                throw Failed($"its process could not be launched: {error.Message}", null, error);
            ProcessControl.KillTree(worker._process);
            WorkerExit exit = await worker.Exited.ConfigureAwait(false);
            string reason = error switch
            {
                WorkerStartException => error.Message,
                OperationCanceledException when cancellationToken.IsCancellationRequested => "the executor was shut down",
                OperationCanceledException => $"it was not ready within its StartTimeout of {launch.Options.StartTimeout.TotalSeconds:0.###} s",
                _ => error.Message,
            };
            throw Failed(reason, exit, error);
        }

        WorkerStartException Failed(string reason, WorkerExit? exit, Exception error) => new(reason, new TaskFailure
        {
            Cause = FailureCause.StartFailure,
            WorkerId = workerId,
            ProcessId = exit?.ProcessId,
            ExitCode = exit?.ExitCode,
            ProbableSignal = exit?.ProbableSignal,
            StandardErrorTail = exit?.StandardErrorTail ?? "",
        }, error);
    }

    /// <summary>Kills the process and all that it started. The end is seen through <see cref="Exited"/>.</summary>
    public void Kill(string reason)
    {
        _launch.Logger.WorkerKilled(_message.WorkerId, ProcessId, reason);
        ProcessControl.KillTree(_process);
    }

    /// <summary>Sends a notification. A worker that is gone does not hear it, which its end will show.</summary>
    public void Tell(Action<IWorker> notification)
    {
        try
        {
            notification(_worker!);
        }
        catch (Exception error) when (error is ObjectDisposedException or ConnectionLostException or IOException)
        {
            // as said
        }
    }

    /// <summary>The process has said that it is ending itself.</summary>
    public void AnnounceExit() => _exitAnnounced = true;

    /// <summary>Resident bytes of the process, or null.</summary>
    public long? ReadResidentBytes()
    {
        try
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
        catch (Exception error) when (error is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return null; // it is gone
        }
    }

    private void SetPriority()
    {
        if (_launch.Options.ProcessPriority is { } priority)
            _process.PriorityClass = priority;
    }

    private async Task ConnectAsync(PipeListener control, PipeListener data, WorkerSlot target, CancellationToken cancellationToken)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task exited = CancelWhenGoneAsync();
        try
        {
            await JsonSerializer.SerializeAsync(_process.StandardInput.BaseStream, _message, ProtocolJson.Default.LaunchMessage, gone.Token).ConfigureAwait(false);
            await _process.StandardInput.BaseStream.WriteAsync("\n"u8.ToArray(), gone.Token).ConfigureAwait(false);
            await _process.StandardInput.BaseStream.FlushAsync(gone.Token).ConfigureAwait(false);
            Stream controlPipe = await control.AcceptAsync(_message, gone.Token).ConfigureAwait(false);
            Stream dataPipe = await data.AcceptAsync(_message, gone.Token).ConfigureAwait(false);
            _data = new DataPipe(dataPipe, _message.MaxMessageBytes, target.ExpectsResult);
            _rpc = RpcConnection.Create(controlPipe);
            _worker = _rpc.Attach<IWorker>();
            _rpc.AddLocalRpcTarget(RpcTargetMetadata.FromShape<ICoordinator>(), target, null);
            _rpc.StartListening();
            _ = KillWhenDisconnectedAsync(_rpc);
            ReadyMessage ready = await target.Ready.WaitAsync(gone.Token).ConfigureAwait(false);
            if (ready.ProtocolVersion != LaunchMessage.CurrentVersion)
                throw new InvalidOperationException($"it speaks protocol version {ready.ProtocolVersion}, not {LaunchMessage.CurrentVersion}; WorkerHost.dll and Offloop.Executors.dll are of different builds");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Ended();
        }
        catch (IOException)
        {
            // It closed its end of a pipe or of its standard input, which it does by ending.
            await _process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            throw Ended();
        }

        async Task CancelWhenGoneAsync()
        {
            await _process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            try
            {
                await gone.CancelAsync().ConfigureAwait(false);
            }
            catch (ObjectDisposedException)
            {
                // The start was over long before the process ended.
            }
        }

        WorkerStartException Ended() => new($"its process ended before it was ready ({Describe(_process.ExitCode)})", new TaskFailure { Cause = FailureCause.StartFailure });

        static string Describe(int code) => ProcessControl.ProbableSignal(code) is { } signal ? $"probably {signal}" : $"exit code {code}";
    }

    /// <summary>A worker closes its pipe by ending. One that closes it, or sends what is no JSON-RPC, and lives on is of no use any more.</summary>
    private async Task KillWhenDisconnectedAsync(JsonRpc rpc)
    {
        await Task.WhenAny(rpc.Completion).ConfigureAwait(false);
        if (await Task.WhenAny(Exited, Task.Delay(s_drain)).ConfigureAwait(false) == Exited)
            return;
        _brokeProtocol = true;
        Kill("it left its pipe");
    }

    private async Task<WorkerExit> AwaitExitAsync()
    {
        await _process.WaitForExitAsync().ConfigureAwait(false);
        ProcessControl.KillTree(_process); // what it had started
        if (_rpc is { } rpc)
            await Settled(Task.WhenAll(rpc.Completion, rpc.DispatchCompletion, Data.Completion)).ConfigureAwait(false);
        await Settled(Task.WhenAll(_output.Completion, _error.Completion)).ConfigureAwait(false);
        var exit = new WorkerExit
        {
            ProcessId = ProcessId,
            ExitCode = _process.ExitCode,
            Announced = _exitAnnounced,
            BrokeProtocol = _brokeProtocol,
            StandardErrorTail = _error.Tail,
            Mark = StartMark.Read(_message.StartMarkFile),
        };
        Close();
        return exit;
    }

    /// <summary>Waits a bounded time, whatever the task comes to.</summary>
    private static Task<Task> Settled(Task task) => Task.WhenAny(task, Task.Delay(s_drain));

    private void Close()
    {
        _rpc?.Dispose();
        _data?.Dispose();
        _process.Dispose();
        File.Delete(_message.StartMarkFile);
        if (OperatingSystem.IsWindows())
            return;
        File.Delete(_message.ControlPipe);
        File.Delete(_message.DataPipe);
    }
}
