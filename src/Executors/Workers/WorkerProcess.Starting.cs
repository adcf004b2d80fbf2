using System.Diagnostics;
using System.Text.Json;
using Offloop.Protocol;
using StreamJsonRpc;

namespace Offloop.Workers;

/// <content>How a worker is started: launched, recognised, initialised.</content>
internal sealed partial class WorkerProcess
{
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
                throw new WorkerStartException($"its process could not be launched: {error.Message}", new TaskFailure { Cause = FailureCause.StartFailure, WorkerId = workerId }, error);
            ProcessControl.KillTree(worker._process);
            WorkerExit exit = await worker.Exited.ConfigureAwait(false);
            string reason = error switch
            {
                WorkerStartException => error.Message,
                OperationCanceledException when cancellationToken.IsCancellationRequested => "the executor was shut down",
                OperationCanceledException => $"it was not ready within its StartTimeout of {launch.Options.StartTimeout.TotalSeconds:0.###} s",
                _ => error.Message,
            };
            throw new WorkerStartException(reason, exit.ToStartFailure(workerId), error);
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
            _data = new DataPipe(dataPipe, _message.MaxMessageBytes, target.ExpectsFrame);
            _rpc = RpcConnection.Create(controlPipe);
            _worker = _rpc.Attach<IWorker>();
            _rpc.AddLocalRpcTarget(RpcTargetMetadata.FromShape<ICoordinator>(), target, null);
            _rpc.StartListening();
            _ = KillWhenDisconnectedAsync(_rpc);
            ReadyMessage ready = await target.Ready.WaitAsync(gone.Token).ConfigureAwait(false);
            if (ready.ProtocolVersion != LaunchMessage.CurrentVersion)
                throw new InvalidOperationException($"it speaks protocol version {ready.ProtocolVersion}, not {LaunchMessage.CurrentVersion}; WorkerHost.dll and Offloop.Executors.dll are of different builds");
            await InitializeAsync(gone.Token).ConfigureAwait(false);
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

    private async Task InitializeAsync(CancellationToken cancellationToken)
    {
        if (_launch.Options.Initializer is not { } initializer)
            return;
        var request = new RunRequest
        {
            Sequence = RunRequest.InitializerSequence,
            Method = initializer.Method.Number,
            Definition = initializer.Method.Identity,
            TaskId = 0,
            Attempt = 1,
            Argument = await PayloadRef.SendAsync(initializer.WriteArgument(), FrameKey.Whole(RunRequest.InitializerSequence), Data).ConfigureAwait(false),
        };
        if (await _worker!.InitializeAsync(request).WaitAsync(cancellationToken).ConfigureAwait(false) is { } error)
            throw new InvalidOperationException($"its initializer {initializer.Method.DisplayName} threw {error.Type}: {error.Message}{Environment.NewLine}{error.StackTrace}");
    }
}
