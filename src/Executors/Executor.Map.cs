using Offloop.Invocation;
using Offloop.Mapping;
using Offloop.Tasks;

namespace Offloop;

/// <content>The forms of a map: plain or returning a task, with the context or without, over a plain or an asynchronous source.</content>
public abstract partial class Executor
{
    /// <summary>Runs <paramref name="work"/> with every item of <paramref name="source"/> and yields the results. Each item is a task of its own. The items
    /// are submitted as the results are taken, never more than <see cref="MapOptions.BufferSize"/> ahead, so the source may be infinite. Nothing
    /// happens before the enumeration begins, and each enumeration runs everything again.</summary>
    /// <param name="work">A static method or a lambda that captures nothing.</param>
    /// <param name="source">The arguments. It is read inside <c>MoveNextAsync</c>, in the context of the consumer, by one thread at a time.</param>
    /// <param name="options">Order, buffer, grouping, and what each item asks for; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels all items that are under way, and ends the enumeration.</param>
    /// <returns>The results. An item that failed throws its exception at its place (or, unordered, when it has failed). When the enumeration
    /// ends early, in whatever way, the items that are under way are cancelled and waited for, and the source is closed, before it ends.</returns>
    /// <exception cref="ArgumentException">The delegate captures state, or its argument or result type would lose data on the way.</exception>
    /// <exception cref="ObjectDisposedException">The executor was shut down; also from the enumeration, when that happens during it.</exception>
    /// <exception cref="OperationCanceledException">From the enumeration: it was cancelled.</exception>
    /// <exception cref="BrokenExecutorException">From the enumeration: the executor cannot start workers any more.</exception>
    public IAsyncEnumerable<TResult> MapAsync<TArg, TResult>(
        Func<TArg, TResult> work, IEnumerable<TArg> source, MapOptions? options = null, CancellationToken cancellationToken = default) =>
        Map<TArg, TResult>(work, CallKind.Plain, source, options).ResultsAsync(cancellationToken);

    /// <inheritdoc cref="MapAsync{TArg, TResult}(Func{TArg, TResult}, IEnumerable{TArg}, MapOptions, CancellationToken)"/>
    public IAsyncEnumerable<TResult> MapAsync<TArg, TResult>(
        Func<TArg, TaskContext, TResult> work, IEnumerable<TArg> source, MapOptions? options = null, CancellationToken cancellationToken = default) =>
        Map<TArg, TResult>(work, CallKind.Context, source, options).ResultsAsync(cancellationToken);

    /// <inheritdoc cref="MapAsync{TArg, TResult}(Func{TArg, TResult}, IEnumerable{TArg}, MapOptions, CancellationToken)"/>
    /// <remarks>The call occupies its worker until the returned task is done.</remarks>
    public IAsyncEnumerable<TResult> MapAsync<TArg, TResult>(
        Func<TArg, Task<TResult>> work, IEnumerable<TArg> source, MapOptions? options = null, CancellationToken cancellationToken = default) =>
        Map<TArg, TResult>(work, CallKind.Async, source, options).ResultsAsync(cancellationToken);

    /// <inheritdoc cref="MapAsync{TArg, TResult}(Func{TArg, TResult}, IEnumerable{TArg}, MapOptions, CancellationToken)"/>
    /// <remarks>The call occupies its worker until the returned task is done.</remarks>
    public IAsyncEnumerable<TResult> MapAsync<TArg, TResult>(
        Func<TArg, TaskContext, Task<TResult>> work, IEnumerable<TArg> source, MapOptions? options = null, CancellationToken cancellationToken = default) =>
        Map<TArg, TResult>(work, CallKind.Context | CallKind.Async, source, options).ResultsAsync(cancellationToken);

    /// <inheritdoc cref="MapAsync{TArg, TResult}(Func{TArg, TResult}, IEnumerable{TArg}, MapOptions, CancellationToken)"/>
    public IAsyncEnumerable<TResult> MapAsync<TArg, TResult>(
        Func<TArg, TResult> work, IAsyncEnumerable<TArg> source, MapOptions? options = null, CancellationToken cancellationToken = default) =>
        Map<TArg, TResult>(work, CallKind.Plain, source, options).ResultsAsync(cancellationToken);

    /// <inheritdoc cref="MapAsync{TArg, TResult}(Func{TArg, TResult}, IEnumerable{TArg}, MapOptions, CancellationToken)"/>
    public IAsyncEnumerable<TResult> MapAsync<TArg, TResult>(
        Func<TArg, TaskContext, TResult> work, IAsyncEnumerable<TArg> source, MapOptions? options = null, CancellationToken cancellationToken = default) =>
        Map<TArg, TResult>(work, CallKind.Context, source, options).ResultsAsync(cancellationToken);

    /// <inheritdoc cref="MapAsync{TArg, TResult}(Func{TArg, TResult}, IEnumerable{TArg}, MapOptions, CancellationToken)"/>
    /// <remarks>The call occupies its worker until the returned task is done.</remarks>
    public IAsyncEnumerable<TResult> MapAsync<TArg, TResult>(
        Func<TArg, Task<TResult>> work, IAsyncEnumerable<TArg> source, MapOptions? options = null, CancellationToken cancellationToken = default) =>
        Map<TArg, TResult>(work, CallKind.Async, source, options).ResultsAsync(cancellationToken);

    /// <inheritdoc cref="MapAsync{TArg, TResult}(Func{TArg, TResult}, IEnumerable{TArg}, MapOptions, CancellationToken)"/>
    /// <remarks>The call occupies its worker until the returned task is done.</remarks>
    public IAsyncEnumerable<TResult> MapAsync<TArg, TResult>(
        Func<TArg, TaskContext, Task<TResult>> work, IAsyncEnumerable<TArg> source, MapOptions? options = null, CancellationToken cancellationToken = default) =>
        Map<TArg, TResult>(work, CallKind.Context | CallKind.Async, source, options).ResultsAsync(cancellationToken);

    /// <summary>Does what <see cref="MapAsync{TArg, TResult}(Func{TArg, TResult}, IEnumerable{TArg}, MapOptions, CancellationToken)"/> does, but the failure of an item
    /// is an outcome like its result, and the enumeration goes on. It ends early only when the source throws, when it is cancelled, or when the
    /// executor takes no more tasks.</summary>
    /// <returns>An outcome for every item. When the enumeration ends early, in whatever way, the items that are under way are cancelled and
    /// waited for, and the source is closed, before it ends.</returns>
    /// <inheritdoc cref="MapAsync{TArg, TResult}(Func{TArg, TResult}, IEnumerable{TArg}, MapOptions, CancellationToken)"/>
    public IAsyncEnumerable<TaskOutcome<TResult>> MapOutcomesAsync<TArg, TResult>(
        Func<TArg, TResult> work, IEnumerable<TArg> source, MapOptions? options = null, CancellationToken cancellationToken = default) =>
        Map<TArg, TResult>(work, CallKind.Plain, source, options).OutcomesAsync(cancellationToken);

    /// <inheritdoc cref="MapOutcomesAsync{TArg, TResult}(Func{TArg, TResult}, IEnumerable{TArg}, MapOptions, CancellationToken)"/>
    public IAsyncEnumerable<TaskOutcome<TResult>> MapOutcomesAsync<TArg, TResult>(
        Func<TArg, TaskContext, TResult> work, IEnumerable<TArg> source, MapOptions? options = null, CancellationToken cancellationToken = default) =>
        Map<TArg, TResult>(work, CallKind.Context, source, options).OutcomesAsync(cancellationToken);

    /// <inheritdoc cref="MapOutcomesAsync{TArg, TResult}(Func{TArg, TResult}, IEnumerable{TArg}, MapOptions, CancellationToken)"/>
    /// <remarks>The call occupies its worker until the returned task is done.</remarks>
    public IAsyncEnumerable<TaskOutcome<TResult>> MapOutcomesAsync<TArg, TResult>(
        Func<TArg, Task<TResult>> work, IEnumerable<TArg> source, MapOptions? options = null, CancellationToken cancellationToken = default) =>
        Map<TArg, TResult>(work, CallKind.Async, source, options).OutcomesAsync(cancellationToken);

    /// <inheritdoc cref="MapOutcomesAsync{TArg, TResult}(Func{TArg, TResult}, IEnumerable{TArg}, MapOptions, CancellationToken)"/>
    /// <remarks>The call occupies its worker until the returned task is done.</remarks>
    public IAsyncEnumerable<TaskOutcome<TResult>> MapOutcomesAsync<TArg, TResult>(
        Func<TArg, TaskContext, Task<TResult>> work, IEnumerable<TArg> source, MapOptions? options = null, CancellationToken cancellationToken = default) =>
        Map<TArg, TResult>(work, CallKind.Context | CallKind.Async, source, options).OutcomesAsync(cancellationToken);

    /// <inheritdoc cref="MapOutcomesAsync{TArg, TResult}(Func{TArg, TResult}, IEnumerable{TArg}, MapOptions, CancellationToken)"/>
    public IAsyncEnumerable<TaskOutcome<TResult>> MapOutcomesAsync<TArg, TResult>(
        Func<TArg, TResult> work, IAsyncEnumerable<TArg> source, MapOptions? options = null, CancellationToken cancellationToken = default) =>
        Map<TArg, TResult>(work, CallKind.Plain, source, options).OutcomesAsync(cancellationToken);

    /// <inheritdoc cref="MapOutcomesAsync{TArg, TResult}(Func{TArg, TResult}, IEnumerable{TArg}, MapOptions, CancellationToken)"/>
    public IAsyncEnumerable<TaskOutcome<TResult>> MapOutcomesAsync<TArg, TResult>(
        Func<TArg, TaskContext, TResult> work, IAsyncEnumerable<TArg> source, MapOptions? options = null, CancellationToken cancellationToken = default) =>
        Map<TArg, TResult>(work, CallKind.Context, source, options).OutcomesAsync(cancellationToken);

    /// <inheritdoc cref="MapOutcomesAsync{TArg, TResult}(Func{TArg, TResult}, IEnumerable{TArg}, MapOptions, CancellationToken)"/>
    /// <remarks>The call occupies its worker until the returned task is done.</remarks>
    public IAsyncEnumerable<TaskOutcome<TResult>> MapOutcomesAsync<TArg, TResult>(
        Func<TArg, Task<TResult>> work, IAsyncEnumerable<TArg> source, MapOptions? options = null, CancellationToken cancellationToken = default) =>
        Map<TArg, TResult>(work, CallKind.Async, source, options).OutcomesAsync(cancellationToken);

    /// <inheritdoc cref="MapOutcomesAsync{TArg, TResult}(Func{TArg, TResult}, IEnumerable{TArg}, MapOptions, CancellationToken)"/>
    /// <remarks>The call occupies its worker until the returned task is done.</remarks>
    public IAsyncEnumerable<TaskOutcome<TResult>> MapOutcomesAsync<TArg, TResult>(
        Func<TArg, TaskContext, Task<TResult>> work, IAsyncEnumerable<TArg> source, MapOptions? options = null, CancellationToken cancellationToken = default) =>
        Map<TArg, TResult>(work, CallKind.Context | CallKind.Async, source, options).OutcomesAsync(cancellationToken);

    private MapPlan<TArg, TResult> Map<TArg, TResult>(Delegate work, CallKind kind, IEnumerable<TArg> source, MapOptions? options)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Map<TArg, TResult>(work, kind, _ => new SyncSource<TArg>(source.GetEnumerator()), options);
    }

    private MapPlan<TArg, TResult> Map<TArg, TResult>(Delegate work, CallKind kind, IAsyncEnumerable<TArg> source, MapOptions? options)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Map<TArg, TResult>(work, kind, source.GetAsyncEnumerator, options);
    }

    private MapPlan<TArg, TResult> Map<TArg, TResult>(
        Delegate work, CallKind kind, Func<CancellationToken, IAsyncEnumerator<TArg>> openSource, MapOptions? options)
    {
        options ??= MapOptions.Default;
        return new MapPlan<TArg, TResult>
        {
            Owner = this,
            Scheduler = Scheduler,
            Request = new TaskRequest<TArg, TResult>(
                Require<TArg, TResult>(work, kind, options.Item ?? SubmitOptions.Default), CallForms<TArg, TResult>.For(kind).Form, work),
            Options = options,
            OpenSource = openSource,
        };
    }
}
