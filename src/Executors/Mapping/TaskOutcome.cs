using System.Runtime.ExceptionServices;

namespace Offloop;

/// <summary>How one item of a <see cref="TaskMap{TResult}"/> ended: with a result or with an exception. Immutable.</summary>
/// <typeparam name="TResult">The type of a result.</typeparam>
public sealed class TaskOutcome<TResult>
{
    private readonly TResult _result;

    internal TaskOutcome(long index, TResult result, Exception? exception) => (Index, _result, Exception) = (index, result, exception);

    /// <summary>The item's place in the source, counted from 0.</summary>
    public long Index { get; }

    /// <summary>Whether the item has a result.</summary>
    public bool IsSuccess => Exception is null;

    /// <summary>The item's result. If the item failed, reading it throws the item's exception.</summary>
    public TResult Result
    {
        get
        {
            if (Exception is not null)
                ExceptionDispatchInfo.Throw(Exception);
            return _result;
        }
    }

    /// <summary>The exception that an awaited <c>SubmitAsync</c> would have thrown, or null if the item has a result.</summary>
    public Exception? Exception { get; }

    /// <summary>The index, and the result or the type of the exception, for logs.</summary>
    public override string ToString() => $"{Index}: {(Exception is null ? _result : Exception.GetType().Name)}";
}
