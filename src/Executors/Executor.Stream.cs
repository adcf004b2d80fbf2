using Offloop.Invocation;
using Offloop.Streaming;

namespace Offloop;

/// <content>The forms of a stream: a plain or an asynchronous sequence, with the context or without.</content>
public abstract partial class Executor
{
    /// <summary>Runs <paramref name="work"/> with <paramref name="argument"/> on a worker and yields its items while it runs. It is one task like every other;
    /// its timeout counts the time in which it waits for a slow consumer too. Nothing happens before the enumeration begins, and each
    /// enumeration runs the task again.</summary>
    /// <param name="work">A static method or a lambda that captures nothing. What it returns is enumerated on the worker. At most 16 items are yielded
    /// ahead of what the consumer has taken; then the task waits, and so occupies its worker. An <see cref="InlineExecutor"/> runs the task as far
    /// as the next item inside <c>MoveNextAsync</c>, on the consumer's thread.</param>
    /// <param name="argument">What the method needs. It must not be changed until the task is done.</param>
    /// <param name="options">Timeout, priority, name and progress; null for the executor's defaults. There are no crash retries, because items that were taken cannot be taken back.</param>
    /// <param name="cancellationToken">Cancels the task and ends the enumeration.</param>
    /// <returns>The items, in their order. What the task throws comes after the items before it. An enumeration that ends early, in whatever
    /// way, cancels the task (its token, and after the executor's cancellation grace by force; a task that yields answers by itself) and waits for
    /// its end.</returns>
    /// <exception cref="ArgumentException">The delegate captures state, its argument or item type would lose data on the way, or crash retries are asked for.</exception>
    /// <exception cref="ObjectDisposedException">The executor was shut down.</exception>
    /// <exception cref="OperationCanceledException">From the enumeration: it was cancelled.</exception>
    /// <exception cref="TaskTimeoutException">From the enumeration: the task ran longer than its timeout.</exception>
    /// <exception cref="WorkerLostException">From the enumeration, after the items that had arrived: the worker died.</exception>
    /// <exception cref="ExecutorException">From the enumeration: the task or an item of it could not be sent or received.</exception>
    public IAsyncEnumerable<TItem> StreamAsync<TArg, TItem>(
        Func<TArg, IEnumerable<TItem>> work, TArg argument, SubmitOptions? options = null, CancellationToken cancellationToken = default) =>
        Stream<TArg, TItem>(work, CallKind.Stream, argument, options).ItemsAsync(cancellationToken);

    /// <inheritdoc cref="StreamAsync{TArg, TItem}(Func{TArg, IEnumerable{TItem}}, TArg, SubmitOptions, CancellationToken)"/>
    public IAsyncEnumerable<TItem> StreamAsync<TArg, TItem>(
        Func<TArg, TaskContext, IEnumerable<TItem>> work, TArg argument, SubmitOptions? options = null, CancellationToken cancellationToken = default) =>
        Stream<TArg, TItem>(work, CallKind.Stream | CallKind.Context, argument, options).ItemsAsync(cancellationToken);

    /// <inheritdoc cref="StreamAsync{TArg, TItem}(Func{TArg, IEnumerable{TItem}}, TArg, SubmitOptions, CancellationToken)"/>
    public IAsyncEnumerable<TItem> StreamAsync<TArg, TItem>(
        Func<TArg, IAsyncEnumerable<TItem>> work, TArg argument, SubmitOptions? options = null, CancellationToken cancellationToken = default) =>
        Stream<TArg, TItem>(work, CallKind.Stream | CallKind.Async, argument, options).ItemsAsync(cancellationToken);

    /// <inheritdoc cref="StreamAsync{TArg, TItem}(Func{TArg, IEnumerable{TItem}}, TArg, SubmitOptions, CancellationToken)"/>
    public IAsyncEnumerable<TItem> StreamAsync<TArg, TItem>(
        Func<TArg, TaskContext, IAsyncEnumerable<TItem>> work, TArg argument, SubmitOptions? options = null, CancellationToken cancellationToken = default) =>
        Stream<TArg, TItem>(work, CallKind.Stream | CallKind.Context | CallKind.Async, argument, options).ItemsAsync(cancellationToken);

    private StreamPlan<TArg, TItem> Stream<TArg, TItem>(Delegate work, CallKind kind, TArg argument, SubmitOptions? options)
    {
        options ??= SubmitOptions.Default;
        if (options.CrashRetries > 0)
            throw new ArgumentException($"CrashRetries is {options.CrashRetries}, but a stream cannot be run again: its consumer has taken items already. Leave it at 0.", nameof(options));
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
