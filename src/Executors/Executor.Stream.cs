using Offloop.Invocation;
using Offloop.Streaming;

namespace Offloop;

/// <content>The forms of a stream: a plain or an asynchronous sequence, with the context or without.</content>
public abstract partial class Executor
{
    /// <summary>Runs <paramref name="work"/> with <paramref name="argument"/> on a worker and yields its items while it runs. Nothing
    /// happens before an enumeration begins, and each one runs the task again.</summary>
    /// <param name="work">A static method or a lambda that captures nothing. Its sequence is enumerated on the worker, at most 16 items
    /// ahead of the consumer; then the task waits, which occupies its worker and counts towards its timeout. An
    /// <see cref="InlineExecutor"/> runs the task to its next item inside <c>MoveNextAsync</c>, on the consumer's thread.</param>
    /// <param name="argument">The argument of the method. It must not be changed until the task is done.</param>
    /// <param name="options">The task's timeout, priority, name and progress; null for the executor's defaults. Crash retries are refused,
    /// because items that were taken cannot be taken back.</param>
    /// <param name="cancellationToken">Cancels the task and ends the enumeration.</param>
    /// <returns>The items, in order. An exception of the task follows the items before it. An enumeration that ends early, for whatever
    /// reason, cancels the task and waits for its end. A task that yields ends by itself; another is ended by force after the executor's
    /// <see cref="ExecutorOptions.CancellationGrace"/>.</returns>
    /// <exception cref="ArgumentException">The delegate captures state, its argument or item type would lose data on the way, or
    /// <see cref="SubmitOptions.CrashRetries"/> is not 0.</exception>
    /// <exception cref="ObjectDisposedException">The executor was shut down.</exception>
    /// <exception cref="OperationCanceledException">From the enumeration: it was cancelled.</exception>
    /// <exception cref="TaskTimeoutException">From the enumeration: the task ran longer than its timeout.</exception>
    /// <exception cref="WorkerLostException">From the enumeration, after the items that had arrived: the worker died.</exception>
    /// <exception cref="ExecutorException">From the enumeration: the task or one of its items could not be sent or received.</exception>
    public IAsyncEnumerable<TItem> StreamAsync<TArg, TItem>(
        Func<TArg, IEnumerable<TItem>> work, TArg argument, SubmitOptions? options = null, CancellationToken cancellationToken = default) =>
        Stream<TArg, TItem>(work, CallKind.Stream, argument, options).ItemsAsync(cancellationToken);

    /// <inheritdoc cref="StreamAsync{TArg, TItem}(Func{TArg, IEnumerable{TItem}}, TArg, SubmitOptions, CancellationToken)"/>
    public IAsyncEnumerable<TItem> StreamAsync<TArg, TItem>(
        Func<TArg, TaskContext, IEnumerable<TItem>> work, TArg argument, SubmitOptions? options = null,
        CancellationToken cancellationToken = default) =>
        Stream<TArg, TItem>(work, CallKind.Stream | CallKind.Context, argument, options).ItemsAsync(cancellationToken);

    /// <inheritdoc cref="StreamAsync{TArg, TItem}(Func{TArg, IEnumerable{TItem}}, TArg, SubmitOptions, CancellationToken)"/>
    public IAsyncEnumerable<TItem> StreamAsync<TArg, TItem>(
        Func<TArg, IAsyncEnumerable<TItem>> work, TArg argument, SubmitOptions? options = null,
        CancellationToken cancellationToken = default) =>
        Stream<TArg, TItem>(work, CallKind.Stream | CallKind.Async, argument, options).ItemsAsync(cancellationToken);

    /// <inheritdoc cref="StreamAsync{TArg, TItem}(Func{TArg, IEnumerable{TItem}}, TArg, SubmitOptions, CancellationToken)"/>
    public IAsyncEnumerable<TItem> StreamAsync<TArg, TItem>(
        Func<TArg, TaskContext, IAsyncEnumerable<TItem>> work, TArg argument, SubmitOptions? options = null,
        CancellationToken cancellationToken = default) =>
        Stream<TArg, TItem>(work, CallKind.Stream | CallKind.Context | CallKind.Async, argument, options).ItemsAsync(cancellationToken);

    private StreamPlan<TArg, TItem> Stream<TArg, TItem>(Delegate work, CallKind kind, TArg argument, SubmitOptions? options)
    {
        options ??= SubmitOptions.Default;
        if (options.CrashRetries > 0)
        {
            throw new ArgumentException(
                $"CrashRetries is {options.CrashRetries}, but a stream cannot be run again, "
                + "because its consumer has taken items already. Leave it at 0.",
                nameof(options));
        }
        MethodEntry method = Require<TArg, TItem>(work, kind, options);
        method.Format.RequireDeclared(argument, nameof(argument));
        return new StreamPlan<TArg, TItem>
        {
            Owner = this,
            Scheduler = Scheduler,
            Request = new StreamRequest<TArg, TItem>(method, StreamForms<TArg, TItem>.For(kind).Form, work),
            Argument = argument,
            Options = options,
        };
    }
}
