using Offloop.Invocation;
using Offloop.Scheduling;

namespace Offloop.Tasks;

/// <summary>A task whose outcome its caller awaits.</summary>
internal class SubmittedItem<TArg, TResult>(
    long id, MethodEntry method, CallForm<TArg, TResult> form, Delegate work, TArg argument, SubmitOptions options, CancellationToken cancellationToken)
    : WorkItem<TArg, TResult>(id, method, form, work, argument, options, cancellationToken)
{
    private readonly TaskCompletionSource<TResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<TResult> Task => _completion.Task;

    protected override void Succeed(TResult result) => _completion.TrySetResult(result);

    protected override void Fail(Exception exception) => _completion.TrySetException(exception);

    protected override void Cancel(CancellationToken cancellationToken) => _completion.TrySetCanceled(cancellationToken);
}
