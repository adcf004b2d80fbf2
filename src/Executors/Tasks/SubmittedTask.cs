namespace Offloop.Tasks;

/// <summary>A task whose caller awaits its outcome.</summary>
internal class SubmittedTask<TArg, TResult>(
    TaskRequest<TArg, TResult> request, long id, TArg argument, SubmitOptions options, CancellationToken cancellationToken)
    : TaskItem<TArg, TResult>(request, id, argument, options, cancellationToken)
{
    private readonly TaskCompletionSource<TResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<TResult> Task => _completion.Task;

    protected override void Succeed(TResult result) => _completion.TrySetResult(result);

    protected override void Fail(Exception exception) => _completion.TrySetException(exception);

    protected override void Cancel(CancellationToken cancellationToken) => _completion.TrySetCanceled(cancellationToken);
}
