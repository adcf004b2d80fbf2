using System.Runtime.ExceptionServices;

namespace Offloop;

/// <summary>What became of one item of <c>MapOutcomesAsync</c>. Immutable.</summary>
/// <typeparam name="TResult">The type of a result.</typeparam>
public sealed class TaskOutcome<TResult>
{
    private readonly TResult _result;

    internal TaskOutcome(long index, TResult result, Exception? exception) => (Index, _result, Exception) = (index, result, exception);

    /// <summary>The item's place in the source, counted from 0.</summary>
    public long Index { get; }

    /// <summary>Whether the item has a result.</summary>
    public bool IsSuccess => Exception is null;

    /// <summary>The item's result. Reading it throws the item's exception where there is one.</summary>
    public TResult Result
    {
        get
        {
            if (Exception is not null)
                ExceptionDispatchInfo.Throw(Exception);
            return _result;
        }
    }

    /// <summary>Why the item has no result: what an awaited <c>SubmitAsync</c> would have thrown. Null where it has one.</summary>
    public Exception? Exception { get; }

    /// <summary>The place, and the result or the exception's type, for logs.</summary>
    public override string ToString() => $"{Index}: {(Exception is null ? _result : Exception.GetType().Name)}";
}
