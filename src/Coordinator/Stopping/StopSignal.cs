using System.Diagnostics.CodeAnalysis;

namespace Offloop.Coordinator.Stopping;

/// <summary>Ends a run. Whoever has a reason requests it, from any thread; the first reason counts. The one who supervises the run waits
/// for the request and cancels the token.</summary>
[SuppressMessage(
    "Design", "CA1001", Justification = "The source has no timer, and a blocked loop may use its token when all others are done.")]
internal sealed class StopSignal
{
    private readonly CancellationTokenSource _cancellation = new();
    private readonly TaskCompletionSource<StopReason> _reason = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The reason, once there is one.</summary>
    public Task<StopReason> Reason => _reason.Task;

    /// <summary>Whether the run is to end. True from the request on, before the token is cancelled.</summary>
    public bool IsRequested => _reason.Task.IsCompleted;

    /// <summary>Cancelled when the run ends.</summary>
    public CancellationToken Token => _cancellation.Token;

    /// <summary>What went wrong, where the reason is <see cref="StopReason.Failed"/>.</summary>
    public string? Problem { get; private set; }

    /// <summary>Asks for the end; false when another reason was there before.</summary>
    public bool Request(StopReason reason) => _reason.TrySetResult(reason);

    /// <summary>Asks for the end because of <paramref name="problem"/>, a sentence.</summary>
    public void Fail(string problem)
    {
        Problem ??= problem;
        Request(StopReason.Failed);
    }

    /// <summary>Cancels the token. What is registered with it runs on the caller's thread.</summary>
    public void Cancel() => _cancellation.Cancel();
}
