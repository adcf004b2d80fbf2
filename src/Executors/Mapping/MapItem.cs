using System.Runtime.ExceptionServices;
using Offloop.Scheduling;
using Offloop.Tasks;

namespace Offloop.Mapping;

/// <summary>One item of a map. It is a task like every other, except that its outcome waits in the map's window and not in a
/// <see cref="Task"/>. It has no cancellation token, because the map cancels its items itself.</summary>
internal sealed class MapItem<TArg, TResult>(
    MapPlan<TArg, TResult> plan, MapWindow<TArg, TResult> window, long id, long index, TArg argument, SubmitOptions options)
    : TaskItem<TArg, TResult>(plan.Request, id, argument, options, CancellationToken.None)
{
    private TResult _result = default!;
    private Exception? _exception;
    private bool _isRefused;

    /// <summary>Whether the outcome is here. The window reads and sets it under its lock.</summary>
    public bool IsDone { get; set; }

    /// <summary>The result. If the item failed, reading it throws the item's exception.</summary>
    public TResult Result
    {
        get
        {
            if (_exception is not null)
                ExceptionDispatchInfo.Throw(_exception);
            return _result;
        }
    }

    /// <summary>Returns the outcome. Throws if the executor takes no more tasks, because every later item would fail too.</summary>
    public TaskOutcome<TResult> ToOutcome()
    {
        if (_isRefused)
            ExceptionDispatchInfo.Throw(_exception!);
        return new TaskOutcome<TResult>(index, _result, _exception);
    }

    public override void Complete(Outcome outcome)
    {
        _isRefused = outcome is Outcome.Failed { Exception: BrokenExecutorException or ObjectDisposedException };
        base.Complete(outcome);
    }

    protected override void Succeed(TResult result)
    {
        _result = result;
        window.Done(this);
    }

    protected override void Fail(Exception exception)
    {
        _exception = exception;
        window.Done(this);
    }

    protected override void Cancel(CancellationToken cancellationToken) =>
        Fail(new OperationCanceledException($"The task '{Name}' was cancelled.", cancellationToken));
}
