namespace Offloop.Invocation;

/// <summary>Calls a delegate of a known form on the calling thread, and returns when it is done.</summary>
internal delegate TResult CallForm<TArg, TResult>(Delegate work, TArg argument, TaskContext context);

/// <summary>The call forms for one pair of argument and result types.</summary>
internal static class CallForms<TArg, TResult>
{
    private const CallKind ContextAsync = CallKind.Context | CallKind.Async;

    /// <summary>Returns the form for <paramref name="kind"/>, and the type of its delegates.</summary>
    public static (CallForm<TArg, TResult> Form, Type DelegateType) For(CallKind kind) => kind switch
    {
        CallKind.Plain => (
            static (work, argument, _) => ((Func<TArg, TResult>)work)(argument),
            typeof(Func<TArg, TResult>)),
        CallKind.Context => (
            static (work, argument, context) => ((Func<TArg, TaskContext, TResult>)work)(argument, context),
            typeof(Func<TArg, TaskContext, TResult>)),
        CallKind.Async => (
            static (work, argument, _) => ((Func<TArg, Task<TResult>>)work)(argument).GetAwaiter().GetResult(),
            typeof(Func<TArg, Task<TResult>>)),
        ContextAsync => (
            static (work, argument, context) => ((Func<TArg, TaskContext, Task<TResult>>)work)(argument, context).GetAwaiter().GetResult(),
            typeof(Func<TArg, TaskContext, Task<TResult>>)),
        CallKind.NoArgument => (
            static (work, _, _) => ((Func<TResult>)work)(),
            typeof(Func<TResult>)),
        CallKind.NoArgument | CallKind.Async => (
            static (work, _, _) => ((Func<Task<TResult>>)work)().GetAwaiter().GetResult(),
            typeof(Func<Task<TResult>>)),
        _ => WithoutResult(kind & ~CallKind.NoResult),
    };

    private static (CallForm<TArg, TResult> Form, Type DelegateType) WithoutResult(CallKind kind) => kind switch
    {
        CallKind.Plain => (
            static (work, argument, _) => Nothing(() => ((Action<TArg>)work)(argument)),
            typeof(Action<TArg>)),
        CallKind.Context => (
            static (work, argument, context) => Nothing(() => ((Action<TArg, TaskContext>)work)(argument, context)),
            typeof(Action<TArg, TaskContext>)),
        CallKind.Async => (
            static (work, argument, _) => Nothing(() => ((Func<TArg, Task>)work)(argument).GetAwaiter().GetResult()),
            typeof(Func<TArg, Task>)),
        ContextAsync => (
            static (work, argument, context) =>
                Nothing(() => ((Func<TArg, TaskContext, Task>)work)(argument, context).GetAwaiter().GetResult()),
            typeof(Func<TArg, TaskContext, Task>)),
        CallKind.NoArgument => (
            static (work, _, _) => Nothing(() => ((Action)work)()),
            typeof(Action)),
        CallKind.NoArgument | CallKind.Async => (
            static (work, _, _) => Nothing(() => ((Func<Task>)work)().GetAwaiter().GetResult()),
            typeof(Func<Task>)),
        _ => throw new InvalidOperationException($"{kind} is not a form of a call."),
    };

    private static TResult Nothing(Action call)
    {
        call();
        return default!;
    }
}
