using Offloop.Invocation;
using Offloop.Mapping;
using Offloop.Tasks;

namespace Offloop;

/// <content>The forms of a map: plain or returning a task, with the context or without, over a plain or an asynchronous source.</content>
public abstract partial class Executor
{
    /// <summary>Runs <paramref name="work"/> with each item of <paramref name="source"/>, each item as a separate task.</summary>
    /// <param name="work">A static method or a lambda that captures nothing.</param>
    /// <param name="source">The arguments. They are read as results are taken, at most <see cref="MapOptions.BufferSize"/> items ahead, so
    /// the source may be infinite. It is read inside <c>MoveNextAsync</c>, in the context of the consumer, by one thread at a time.</param>
    /// <param name="options">The order, the buffer, and the options of each item; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the items under way and ends the enumeration.</param>
    /// <returns>The map. Enumerate it for the results, or its <see cref="TaskMap{TResult}.Outcomes"/> to go on when items fail. Nothing
    /// happens before an enumeration begins, and each one runs everything again.
    /// <para>An item that fails throws its exception at its place or, if the map is not ordered, as soon as it has failed. An enumeration
    /// that ends early, for whatever reason, first cancels the items under way, waits for them, and closes the source.</para></returns>
    /// <exception cref="ArgumentException">The delegate captures state, or its argument or result type would lose data on the
    /// way.</exception>
    /// <exception cref="ObjectDisposedException">The executor was shut down; the enumeration throws it too.</exception>
    /// <exception cref="OperationCanceledException">From the enumeration: it was cancelled.</exception>
    /// <exception cref="BrokenExecutorException">From the enumeration: the executor cannot start workers.</exception>
    public TaskMap<TResult> MapAsync<TArg, TResult>(
        Func<TArg, TResult> work, IEnumerable<TArg> source, MapOptions? options = null, CancellationToken cancellationToken = default) =>
        Map<TArg, TResult>(work, CallKind.Plain, source, options, cancellationToken);

    /// <inheritdoc cref="MapAsync{TArg, TResult}(Func{TArg, TResult}, IEnumerable{TArg}, MapOptions, CancellationToken)"/>
    public TaskMap<TResult> MapAsync<TArg, TResult>(
        Func<TArg, TaskContext, TResult> work, IEnumerable<TArg> source, MapOptions? options = null,
        CancellationToken cancellationToken = default) =>
        Map<TArg, TResult>(work, CallKind.Context, source, options, cancellationToken);

    /// <inheritdoc cref="MapAsync{TArg, TResult}(Func{TArg, TResult}, IEnumerable{TArg}, MapOptions, CancellationToken)"/>
    /// <remarks>The call occupies its worker until the returned task is done.</remarks>
    public TaskMap<TResult> MapAsync<TArg, TResult>(
        Func<TArg, Task<TResult>> work, IEnumerable<TArg> source, MapOptions? options = null,
        CancellationToken cancellationToken = default) =>
        Map<TArg, TResult>(work, CallKind.Async, source, options, cancellationToken);

    /// <inheritdoc cref="MapAsync{TArg, TResult}(Func{TArg, TResult}, IEnumerable{TArg}, MapOptions, CancellationToken)"/>
    /// <remarks>The call occupies its worker until the returned task is done.</remarks>
    public TaskMap<TResult> MapAsync<TArg, TResult>(
        Func<TArg, TaskContext, Task<TResult>> work, IEnumerable<TArg> source, MapOptions? options = null,
        CancellationToken cancellationToken = default) =>
        Map<TArg, TResult>(work, CallKind.Context | CallKind.Async, source, options, cancellationToken);

    /// <inheritdoc cref="MapAsync{TArg, TResult}(Func{TArg, TResult}, IEnumerable{TArg}, MapOptions, CancellationToken)"/>
    public TaskMap<TResult> MapAsync<TArg, TResult>(
        Func<TArg, TResult> work, IAsyncEnumerable<TArg> source, MapOptions? options = null,
        CancellationToken cancellationToken = default) =>
        Map<TArg, TResult>(work, CallKind.Plain, source, options, cancellationToken);

    /// <inheritdoc cref="MapAsync{TArg, TResult}(Func{TArg, TResult}, IEnumerable{TArg}, MapOptions, CancellationToken)"/>
    public TaskMap<TResult> MapAsync<TArg, TResult>(
        Func<TArg, TaskContext, TResult> work, IAsyncEnumerable<TArg> source, MapOptions? options = null,
        CancellationToken cancellationToken = default) =>
        Map<TArg, TResult>(work, CallKind.Context, source, options, cancellationToken);

    /// <inheritdoc cref="MapAsync{TArg, TResult}(Func{TArg, TResult}, IEnumerable{TArg}, MapOptions, CancellationToken)"/>
    /// <remarks>The call occupies its worker until the returned task is done.</remarks>
    public TaskMap<TResult> MapAsync<TArg, TResult>(
        Func<TArg, Task<TResult>> work, IAsyncEnumerable<TArg> source, MapOptions? options = null,
        CancellationToken cancellationToken = default) =>
        Map<TArg, TResult>(work, CallKind.Async, source, options, cancellationToken);

    /// <inheritdoc cref="MapAsync{TArg, TResult}(Func{TArg, TResult}, IEnumerable{TArg}, MapOptions, CancellationToken)"/>
    /// <remarks>The call occupies its worker until the returned task is done.</remarks>
    public TaskMap<TResult> MapAsync<TArg, TResult>(
        Func<TArg, TaskContext, Task<TResult>> work, IAsyncEnumerable<TArg> source, MapOptions? options = null,
        CancellationToken cancellationToken = default) =>
        Map<TArg, TResult>(work, CallKind.Context | CallKind.Async, source, options, cancellationToken);

    private TaskMap<TResult> Map<TArg, TResult>(
        Delegate work, CallKind kind, IEnumerable<TArg> source, MapOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Map<TArg, TResult>(work, kind, _ => new SyncSource<TArg>(source.GetEnumerator()), options, cancellationToken);
    }

    private TaskMap<TResult> Map<TArg, TResult>(
        Delegate work, CallKind kind, IAsyncEnumerable<TArg> source, MapOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Map<TArg, TResult>(work, kind, source.GetAsyncEnumerator, options, cancellationToken);
    }

    private TaskMap<TResult> Map<TArg, TResult>(
        Delegate work, CallKind kind, Func<CancellationToken, IAsyncEnumerator<TArg>> openSource, MapOptions? options,
        CancellationToken cancellationToken)
    {
        options ??= MapOptions.Default;
        var plan = new MapPlan<TArg, TResult>
        {
            Owner = this,
            Scheduler = Scheduler,
            Request = new TaskRequest<TArg, TResult>(
                Require<TArg, TResult>(work, kind, options.Item ?? SubmitOptions.Default), CallForms<TArg, TResult>.For(kind).Form, work),
            Options = options,
            OpenSource = openSource,
        };
        return new TaskMap<TResult>(plan.ResultsAsync(cancellationToken), plan.OutcomesAsync(cancellationToken));
    }
}
