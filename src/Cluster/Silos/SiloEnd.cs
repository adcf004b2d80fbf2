namespace Offloop.Cluster.Silos;

/// <summary>Hears from Orleans that the silo cannot go on: the others have declared it dead, or a part of it has failed. Orleans itself
/// would end the process; here the silo alone ends. Thread-safe.</summary>
internal sealed class SiloEnd : IFatalErrorHandler
{
    private readonly TaskCompletionSource<string> _reason = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes with the reason. It never fails.</summary>
    public Task<string> Reason => _reason.Task;

    public bool TrySet(string reason) => _reason.TrySetResult(reason);

    public bool IsUnexpected(Exception exception) => true;

    public void OnFatalException(object? sender = null, string? context = null, Exception? exception = null)
    {
        string where = sender?.GetType().Name ?? "Orleans";
        TrySet(exception is null ? context ?? $"{where} cannot go on" : $"{where} cannot go on: {exception.Message}");
    }
}
