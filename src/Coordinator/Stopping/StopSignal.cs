using System.Diagnostics.CodeAnalysis;

namespace Offloop.Coordinator.Stopping;

/// <summary>Ends a run. Any thread may request the end; the first reason counts. The supervisor of the run waits for the request and
/// cancels the token.</summary>
[SuppressMessage(
    "Design", "CA1001", Justification = "The source has no timer, and a blocked loop may use its token when all others are done.")]
internal sealed class StopSignal
{
    private readonly CancellationTokenSource _cancellation = new();
    private readonly TaskCompletionSource<StopReason> _reason = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The reason, as soon as there is one.</summary>
    public Task<StopReason> Reason => _reason.Task;

    /// <summary>Whether the end was requested. True from the request on, before the token is cancelled.</summary>
    public bool IsRequested => _reason.Task.IsCompleted;

    /// <summary>Cancelled when the run ends.</summary>
    public CancellationToken Token => _cancellation.Token;

    /// <summary>The problem, if the reason is <see cref="StopReason.Failed"/>.</summary>
    public string? Problem { get; private set; }

    /// <summary>Requests the end. Returns false if there was another reason before.</summary>
    public bool Request(StopReason reason) => _reason.TrySetResult(reason);

    /// <summary>Requests the end because of <paramref name="problem"/>, a sentence.</summary>
    public void Fail(string problem)
    {
        Problem ??= problem;
        Request(StopReason.Failed);
    }

    /// <summary>Cancels the token. Its callbacks run on the caller's thread.</summary>
    public void Cancel() => _cancellation.Cancel();
}
