using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using Offloop.Healing;
using Offloop.Invocation;
using Offloop.Payloads;
using Offloop.Protocol;
using Offloop.Telemetry;
using StreamJsonRpc;

namespace Offloop.Workers;

/// <content>How a worker is started: launched, recognised, initialised.</content>
internal sealed partial class WorkerProcess
{
    /// <summary>Starts a worker and waits until it is ready. Throws <see cref="WorkerStartException"/>, and leaves no process
    /// then.</summary>
    /// <param name="launch">The settings that all workers of the pool share.</param>
    /// <param name="workerId">The worker's number.</param>
    /// <param name="target">Takes the worker's messages.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static async Task<WorkerProcess> StartAsync(
        WorkerLaunch launch, int workerId, WorkerSlot target, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(launch.Options.StartTimeout, launch.Options.TimeProvider);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        WorkerProcess? worker = null;
        PipeListener? control = null;
        PipeListener? report = null;
        PipeListener? data = null;
        SafeFileHandle? mark = null;
        try
        {
            launch.Directory.Ensure();
            LaunchMessage message = launch.NewMessage(workerId);
            mark = StartMark.Create(message.StartMarkFile);
            control = new PipeListener(message.ControlPipe, workerId, launch.Logger);
            report = new PipeListener(message.ReportPipe, workerId, launch.Logger);
            data = new PipeListener(message.DataPipe, workerId, launch.Logger);
            var process = new Process { StartInfo = launch.StartInfo(), EnableRaisingEvents = true };
            process.Start();
            worker = new WorkerProcess(launch, message, process, mark, Hold(process), target.Tasks.TaskOf);
            worker.SetPriority();
            // A process that ends while it starts says nothing on its pipes.
            Task connected = worker.ConnectAsync(control, report, data, target, ended.Token);
            await Task.WhenAny(connected, worker._gone.Task).ConfigureAwait(false);
            if ((!connected.IsCompleted || connected.Exception?.InnerException is IOException)
                && await worker.IsGoneAsync().ConfigureAwait(false))
                await ended.CancelAsync().ConfigureAwait(false);
            await connected.ConfigureAwait(false);
            return worker;
        }
        catch (Exception error) // of any kind: it is the reason that the start failed
        {
            if (worker is null)
            {
                mark?.Dispose();
                var facts = new TaskFailure { Cause = FailureCause.StartFailure, WorkerId = workerId };
                throw new WorkerStartException(
                    $"its process could not be launched: {error.Message}", facts, StartFailures.IsDeterministic(error), error);
            }
            bool endedItself = worker._gone.Task.IsCompleted;
            worker.End();
            if (await Task.WhenAny(worker.Exited, worker.Overdue).ConfigureAwait(false) != worker.Exited)
                throw worker.GivenUp(error);
            WorkerExit exit = await worker.Exited.ConfigureAwait(false);
            worker.Close(); // once more: it may have connected after its end had been seen
            bool isUnusable = error is UnusableWorkerException or PayloadException; // the latter is the initializer's argument
            string reason =
                isUnusable ? error.Message
                : endedItself ? $"its process ended before it was ready ({exit.Reason})"
                : cancellationToken.IsCancellationRequested ? "the executor was shut down"
                : timeout.IsCancellationRequested
                    ? $"it was not ready within its StartTimeout of {launch.Options.StartTimeout.TotalSeconds:0.###} s"
                : error.Message;
            if ((control?.LastRefusal ?? report?.LastRefusal ?? data?.LastRefusal) is { } refusal)
                reason += $"; meanwhile {refusal}";
            bool isDeterministic = isUnusable || (endedItself && StartFailures.IsDeterministic(exit, launch.RunsDotnetMethods));
            throw new WorkerStartException(reason, exit.ToFailure(FailureCause.StartFailure, workerId), isDeterministic, error);
        }
        finally
        {
            control?.Dispose();
            report?.Dispose();
            data?.Dispose();
        }
    }

    /// <summary>The start has failed, and the process cannot even be killed.</summary>
    private WorkerStartException GivenUp(Exception reason)
    {
        _launch.Events.Tell(new WorkerGivenUp(_message.WorkerId, ProcessId));
        var facts = new TaskFailure { Cause = FailureCause.StartFailure, WorkerId = _message.WorkerId, ProcessId = ProcessId };
        return new WorkerStartException(
            $"its process {ProcessId} did not start, and it cannot be killed either", facts, isDeterministic: false, reason);
    }

    /// <summary>Whether the process has ended. A broken pipe is seen a moment before the end that broke it.</summary>
    private async Task<bool> IsGoneAsync()
    {
        await Task.WhenAny(_gone.Task, DrainAsync()).ConfigureAwait(false);
        return _gone.Task.IsCompleted;
    }

    /// <summary>Holds a worker that still waits for its launch message, so it has started nothing. Kills it if it cannot be
    /// held.</summary>
    private static IDisposable? Hold(Process process)
    {
        try
        {
            return ProcessControl.Hold(process);
        }
        catch
        {
            process.Kill();
            throw;
        }
    }

    private void SetPriority()
    {
        if (_launch.Options.ProcessPriority is { } priority)
            _process.PriorityClass = priority;
    }

    private async Task ConnectAsync(
        PipeListener control, PipeListener report, PipeListener data, WorkerSlot target, CancellationToken cancellationToken)
    {
        Stream input = _process.StandardInput.BaseStream;
        await input.WriteAsync(MessageJson.WriteLine(_message), cancellationToken).ConfigureAwait(false);
        await input.FlushAsync(cancellationToken).ConfigureAwait(false);
        if (_launch.Options.SilenceLimit is { } limit)
            _ = SignOfLife.GiveAsync(input, limit, _launch.Options.MayGoOn, Exited, _launch.Options.TimeProvider);
        await control.AcceptAsync(_message, ProcessId, cancellationToken).ConfigureAwait(false);
        await report.AcceptAsync(_message, ProcessId, cancellationToken).ConfigureAwait(false);
        await data.AcceptAsync(_message, ProcessId, cancellationToken).ConfigureAwait(false);
        _data = new DataPipe(data.HandOver(), _message.MaxMessageBytes, target.Inbox.AcceptsFrame);
        _rpc = RpcConnection.Create(report.HandOver(), control.HandOver(), RpcContract.Coordinator, Complain);
        _worker = _rpc.Attach<IWorker>();
        _rpc.AddLocalRpcTarget(RpcTargetMetadata.FromShape<ICoordinator>(), target.Inbox, null);
        _rpc.StartListening();
        _ = KillWhenDisconnectedAsync(_rpc);
        ReadyMessage ready = await target.Inbox.Ready.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (ready.ProtocolVersion != _message.Version)
            throw new UnusableWorkerException(
                OtherVersion.Describe((ready.ProtocolVersion, ready.Library), (_message.Version, _message.Library)));
        if (ready.Threads != _message.Threads)
            throw new UnusableWorkerException(
                $"it runs {ready.Threads} tasks at once and ThreadsPerWorker is {_message.Threads}; set that to {ready.Threads}, or let "
                + "the program run as many as the field 'threads' of its launch line says");
        await UseJsonOptionsAsync(cancellationToken).ConfigureAwait(false);
        await UseTelemetryAsync(cancellationToken).ConfigureAwait(false);
        await InitializeAsync(target, cancellationToken).ConfigureAwait(false);
        await InitializeThreadsAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task UseJsonOptionsAsync(CancellationToken cancellationToken)
    {
        if (_launch.JsonOptions is { } method
            && await _worker!.UseJsonOptionsAsync(method).WaitAsync(cancellationToken).ConfigureAwait(false) is { } error)
            throw Threw("JsonOptions method", method, error);
    }

    private async Task UseTelemetryAsync(CancellationToken cancellationToken)
    {
        if (_launch.Telemetry is { } method
            && await _worker!.UseTelemetryAsync(method).WaitAsync(cancellationToken).ConfigureAwait(false) is { } error)
            throw Threw("WorkerTelemetry method", method, error);
    }

    private async Task InitializeAsync(WorkerSlot target, CancellationToken cancellationToken)
    {
        if (_launch.Options.Initializer is not { } initializer)
            return;
        _worker!.Run(new RunBatch
        {
            Items = [await ToRequestAsync(initializer, RunRequest.InitializerSequence, cancellationToken).ConfigureAwait(false)],
        });
        FinishedTask finished = await target.Inbox.Initialized.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (finished.Kind != FinishKind.Returned)
            throw Threw("initializer", initializer.Require(_launch.Format).Identity, finished.Error?.Bounded());
    }

    private async Task InitializeThreadsAsync(CancellationToken cancellationToken)
    {
        if (_launch.Options.ThreadInitializer is not { } initializer)
            return;
        RunRequest request = await ToRequestAsync(initializer, RunRequest.ThreadInitializerSequence, cancellationToken)
            .ConfigureAwait(false);
        if (await _worker!.InitializeThreadsAsync(request).WaitAsync(cancellationToken).ConfigureAwait(false) is { } error)
            throw Threw("thread initializer", initializer.Require(_launch.Format).Identity, error.Bounded());
    }

    private async Task<RunRequest> ToRequestAsync(WorkerInitializer initializer, int sequence, CancellationToken cancellationToken)
    {
        MethodEntry method = initializer.Require(_launch.Format);
        Payload argument = initializer.WriteArgument(_launch.Format);
        return new RunRequest
        {
            Sequence = sequence,
            Method = method.Number,
            Definition = _launch.NameOf(method.Identity),
            TaskId = 0,
            Attempt = 1,
            Argument = await PayloadRef.SendAsync(argument, FrameKey.Whole(sequence), Data)
                .AsTask().WaitAsync(cancellationToken).ConfigureAwait(false),
        };
    }

    private static UnusableWorkerException Threw(string what, MethodIdentity method, ExceptionEnvelope? error) =>
        new(StartReasons.Threw(what, method.DisplayName, error));
}
