using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Offloop.Payloads;
using Offloop.Telemetry;

namespace Offloop.Progress;

/// <summary>Delivers one task's values to the caller's receiver. It holds the value that is being delivered and the latest one that waits.
/// Thread-safe; the receiver is called on a pool thread, with one value at a time.</summary>
internal abstract class ProgressDelivery : ProgressSink
{
    /// <summary>Limits the worker's messages: one value until it is taken, and the last value of a task that has ended.</summary>
    public Allowance Allowance { get; } = new(window: 2);

    /// <summary>The name that tells the worker which type the caller listens for.</summary>
    public abstract string TypeName { get; }

    /// <summary>Throws <see cref="ArgumentException"/> if the caller listens for another type, or if the value has a type that was not
    /// declared.</summary>
    public abstract void Require<T>(T value);

    /// <summary>Takes a value that a worker has sent and that may still be on its way.</summary>
    /// <param name="value">The value.</param>
    /// <param name="taken">Called when the worker may send the next value.</param>
    public void Post(Task<Payload> value, Action taken) => Post(new Remote(value, () =>
    {
        Allowance.Grant(1);
        taken();
    }));

    /// <summary>Takes no more values. Completes, without an error, when no call of the receiver is under way.</summary>
    /// <param name="deliverLatest">Whether a value that waits is delivered first. Otherwise it is dropped.</param>
    public abstract Task CloseAsync(bool deliverLatest);

    protected abstract void Post(Remote value);

    /// <summary>A value from a worker, which still has to be read.</summary>
    protected sealed record Remote(Task<Payload> Value, Action Taken);
}

/// <inheritdoc/>
internal sealed class ProgressDelivery<T>(Action<T> receiver, PayloadFormat format, ILogger logger, long taskId) : ProgressDelivery
{
    private readonly Lock _lock = new();
    private (T Value, Remote? Remote)? _latest;
    private bool _isDelivering;
    private bool _isClosed;
    private TaskCompletionSource? _idle;

    public override string TypeName => typeof(T).AssemblyQualifiedName!;

    public override void Require<TValue>(TValue value)
    {
        if (typeof(TValue) != typeof(T))
            throw WrongType(typeof(TValue), TypeNames.Of(typeof(T)));
        format.RequireDeclared(value, "progress");
    }

    public override void Post<TValue>(TValue value)
    {
        Require(value);
        Post((Unsafe.As<TValue, T>(ref value), null));
    }

    public override Task CloseAsync(bool deliverLatest)
    {
        Remote? dropped = null;
        Task idle = Task.CompletedTask;
        lock (_lock)
        {
            _isClosed = true;
            if (!deliverLatest)
                (dropped, _latest) = (_latest?.Remote, null);
            if (_isDelivering)
                idle = (_idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
        dropped?.Taken();
        return idle;
    }

    protected override void Post(Remote value) => Post((default!, value));

    private void Post((T Value, Remote? Remote) report)
    {
        Remote? dropped;
        bool begin;
        lock (_lock)
        {
            if (_isClosed)
            {
                (dropped, begin) = (report.Remote, false);
            }
            else
            {
                (dropped, _latest) = (_latest?.Remote, report);
                (begin, _isDelivering) = (!_isDelivering, true);
            }
        }
        dropped?.Taken();
        if (begin)
            _ = Task.Run(DeliverAllAsync);
    }

    private async Task DeliverAllAsync()
    {
        while (TryTake() is { } report)
        {
            try
            {
                receiver(report.Remote is { } remote ? format.Read<T>(await remote.Value.ConfigureAwait(false), "progress") : report.Value);
            }
            catch (IOException) when (report.Remote is not null)
            {
                // The worker is dying, and the value died with it.
            }
            catch (Exception error) // the receiver threw, or the value cannot be read: neither is the task's fault
            {
                logger.ProgressFailed(taskId, error);
            }
            report.Remote?.Taken();
        }
    }

    private (T Value, Remote? Remote)? TryTake()
    {
        TaskCompletionSource? idle;
        lock (_lock)
        {
            if (_latest is { } report)
            {
                _latest = null;
                return report;
            }
            _isDelivering = false;
            idle = _idle;
        }
        idle?.TrySetResult();
        return null;
    }
}
