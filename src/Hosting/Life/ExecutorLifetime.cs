using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Offloop.Hosting.Life;

/// <summary>The life of an executor in its host: ready before anything else starts, and drained after everything else has stopped, because
/// requests that are being finished may still need it.</summary>
internal sealed partial class ExecutorLifetime(Func<ExecutorHolder> find, ILogger logger) : IHostedLifecycleService
{
    private ExecutorHolder? _holder;

    /// <summary>Makes the executor, which validates its options, and waits for its first worker.</summary>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        _holder = find();
        if (!_holder.IsWarmedUp)
            return;
        try
        {
            var warmUp = new SubmitOptions { Name = "warm-up" };
            await _holder.Executor.SubmitAsync(WarmUp.Run, warmUp, cancellationToken).ConfigureAwait(false);
        }
        catch (BrokenExecutorException error) when (_holder.Executor.GetSnapshot().State != ExecutorState.Broken)
        {
            LogDegraded(logger, _holder.Name, error.Message); // it goes on trying, and its health says so
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Finishes the tasks, until the host's shutdown timeout is over.</summary>
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        if (_holder is not { } holder)
            return; // the start has failed
        try
        {
            await holder.Executor.ShutdownAsync(ShutdownMode.Drain, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            ExecutorSnapshot left = holder.Executor.GetSnapshot();
            LogKilled(logger, holder.Name, left.Running, left.Queued);
            await holder.Executor.ShutdownAsync(ShutdownMode.Kill, CancellationToken.None).ConfigureAwait(false);
        }
    }

    [LoggerMessage(60, LogLevel.Warning, "The executor '{Name}' has no worker yet, and the host starts without: {Reason}")]
    private static partial void LogDegraded(ILogger logger, string name, string reason);

    [LoggerMessage(
        61, LogLevel.Warning,
        "The executor '{Name}' could not finish within the host's shutdown timeout; {Running} running and {Queued} waiting tasks end.")]
    private static partial void LogKilled(ILogger logger, string name, int running, int queued);
}
