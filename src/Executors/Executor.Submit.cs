using Offloop.Invocation;
using Offloop.Payloads;

namespace Offloop;

/// <content>The forms of a submit: with a result or without; plain or returning a task; without an argument, with one, or with one and the
/// context.</content>
public abstract partial class Executor
{
    /// <summary>Runs <paramref name="work"/> with <paramref name="argument"/> on a worker.</summary>
    /// <param name="work">A static method or a lambda that captures nothing.</param>
    /// <param name="argument">The argument of the method. It must not be changed until the task is done.</param>
    /// <param name="options">The task's timeout, priority, retries, name and progress; null for the executor's defaults.</param>
    /// <param name="cancellationToken">Cancels the task. A task that waits never runs. A task that runs sees its <see cref="TaskContext"/>
    /// token cancelled, and is ended by force after the executor's <see cref="ExecutorOptions.CancellationGrace"/>.</param>
    /// <returns>The task. It has the method's result, or the exception that the method threw, with the worker's stack.</returns>
    /// <exception cref="ArgumentException">The delegate captures state, or its argument or result type would lose data on the
    /// way.</exception>
    /// <exception cref="ObjectDisposedException">The executor was shut down.</exception>
    /// <exception cref="OperationCanceledException">From the task: <paramref name="cancellationToken"/> cancelled it.</exception>
    /// <exception cref="TaskTimeoutException">From the task: it ran longer than its timeout.</exception>
    /// <exception cref="WorkerLostException">From the task: its worker died while it ran.</exception>
    /// <exception cref="ExecutorException">From the task: it could not be sent, or its result could not be received.</exception>
    public Task<TResult> SubmitAsync<TArg, TResult>(
        Func<TArg, TResult> work, TArg argument, SubmitOptions? options = null, CancellationToken cancellationToken = default) =>
        Submit<TArg, TResult>(work, CallKind.Plain, argument, options, cancellationToken);

    /// <inheritdoc cref="SubmitAsync{TArg, TResult}(Func{TArg, TResult}, TArg, SubmitOptions, CancellationToken)"/>
    public Task<TResult> SubmitAsync<TArg, TResult>(
        Func<TArg, TaskContext, TResult> work, TArg argument, SubmitOptions? options = null,
        CancellationToken cancellationToken = default) =>
        Submit<TArg, TResult>(work, CallKind.Context, argument, options, cancellationToken);

    /// <inheritdoc cref="SubmitAsync{TArg, TResult}(Func{TArg, TResult}, TArg, SubmitOptions, CancellationToken)"/>
    /// <remarks>The call occupies its worker until the returned task is done.</remarks>
    public Task<TResult> SubmitAsync<TArg, TResult>(
        Func<TArg, Task<TResult>> work, TArg argument, SubmitOptions? options = null, CancellationToken cancellationToken = default) =>
        Submit<TArg, TResult>(work, CallKind.Async, argument, options, cancellationToken);

    /// <inheritdoc cref="SubmitAsync{TArg, TResult}(Func{TArg, Task{TResult}}, TArg, SubmitOptions, CancellationToken)"/>
    public Task<TResult> SubmitAsync<TArg, TResult>(
        Func<TArg, TaskContext, Task<TResult>> work, TArg argument, SubmitOptions? options = null,
        CancellationToken cancellationToken = default) =>
        Submit<TArg, TResult>(work, CallKind.Context | CallKind.Async, argument, options, cancellationToken);

    /// <inheritdoc cref="SubmitAsync{TArg, TResult}(Func{TArg, TResult}, TArg, SubmitOptions, CancellationToken)"/>
    public Task SubmitAsync<TArg>(
        Action<TArg> work, TArg argument, SubmitOptions? options = null, CancellationToken cancellationToken = default) =>
        Submit<TArg, Unit>(work, CallKind.NoResult, argument, options, cancellationToken);

    /// <inheritdoc cref="SubmitAsync{TArg, TResult}(Func{TArg, TResult}, TArg, SubmitOptions, CancellationToken)"/>
    public Task SubmitAsync<TArg>(
        Action<TArg, TaskContext> work, TArg argument, SubmitOptions? options = null, CancellationToken cancellationToken = default) =>
        Submit<TArg, Unit>(work, CallKind.NoResult | CallKind.Context, argument, options, cancellationToken);

    /// <inheritdoc cref="SubmitAsync{TArg, TResult}(Func{TArg, Task{TResult}}, TArg, SubmitOptions, CancellationToken)"/>
    public Task SubmitAsync<TArg>(
        Func<TArg, Task> work, TArg argument, SubmitOptions? options = null, CancellationToken cancellationToken = default) =>
        Submit<TArg, Unit>(work, CallKind.NoResult | CallKind.Async, argument, options, cancellationToken);

    /// <inheritdoc cref="SubmitAsync{TArg, TResult}(Func{TArg, Task{TResult}}, TArg, SubmitOptions, CancellationToken)"/>
    public Task SubmitAsync<TArg>(
        Func<TArg, TaskContext, Task> work, TArg argument, SubmitOptions? options = null, CancellationToken cancellationToken = default) =>
        Submit<TArg, Unit>(work, CallKind.NoResult | CallKind.Context | CallKind.Async, argument, options, cancellationToken);

    /// <inheritdoc cref="SubmitAsync{TArg, TResult}(Func{TArg, TResult}, TArg, SubmitOptions, CancellationToken)"/>
    public Task<TResult> SubmitAsync<TResult>(
        Func<TResult> work, SubmitOptions? options = null, CancellationToken cancellationToken = default) =>
        Submit<Unit, TResult>(work, CallKind.NoArgument, default, options, cancellationToken);

    /// <inheritdoc cref="SubmitAsync{TArg, TResult}(Func{TArg, Task{TResult}}, TArg, SubmitOptions, CancellationToken)"/>
    public Task<TResult> SubmitAsync<TResult>(
        Func<Task<TResult>> work, SubmitOptions? options = null, CancellationToken cancellationToken = default) =>
        Submit<Unit, TResult>(work, CallKind.NoArgument | CallKind.Async, default, options, cancellationToken);

    /// <inheritdoc cref="SubmitAsync{TArg, TResult}(Func{TArg, TResult}, TArg, SubmitOptions, CancellationToken)"/>
    public Task SubmitAsync(
        Action work, SubmitOptions? options = null, CancellationToken cancellationToken = default) =>
        Submit<Unit, Unit>(work, CallKind.NoArgument | CallKind.NoResult, default, options, cancellationToken);

    /// <inheritdoc cref="SubmitAsync{TArg, TResult}(Func{TArg, Task{TResult}}, TArg, SubmitOptions, CancellationToken)"/>
    public Task SubmitAsync(
        Func<Task> work, SubmitOptions? options = null, CancellationToken cancellationToken = default) =>
        Submit<Unit, Unit>(work, CallKind.NoArgument | CallKind.NoResult | CallKind.Async, default, options, cancellationToken);
}
