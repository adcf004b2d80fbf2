namespace Offloop.Invocation;

/// <summary>Calls a delegate of a known form. The calling thread reads the items that it returns.</summary>
internal delegate IEnumerator<TItem> StreamForm<TArg, TItem>(Delegate work, TArg argument, TaskContext context);

/// <summary>The stream forms for one pair of argument and item types.</summary>
internal static class StreamForms<TArg, TItem>
{
    private const CallKind ContextAsync = CallKind.Stream | CallKind.Context | CallKind.Async;

    /// <summary>Returns the form for <paramref name="kind"/>, and the type of its delegates.</summary>
    public static (StreamForm<TArg, TItem> Form, Type DelegateType) For(CallKind kind) => kind switch
    {
        CallKind.Stream => (
            static (work, argument, _) => Open(((Func<TArg, IEnumerable<TItem>>)work)(argument)),
            typeof(Func<TArg, IEnumerable<TItem>>)),
        CallKind.Stream | CallKind.Context => (
            static (work, argument, context) => Open(((Func<TArg, TaskContext, IEnumerable<TItem>>)work)(argument, context)),
            typeof(Func<TArg, TaskContext, IEnumerable<TItem>>)),
        CallKind.Stream | CallKind.Async => (
            static (work, argument, context) => Open(((Func<TArg, IAsyncEnumerable<TItem>>)work)(argument), context),
            typeof(Func<TArg, IAsyncEnumerable<TItem>>)),
        ContextAsync => (
            static (work, argument, context) => Open(((Func<TArg, TaskContext, IAsyncEnumerable<TItem>>)work)(argument, context), context),
            typeof(Func<TArg, TaskContext, IAsyncEnumerable<TItem>>)),
        _ => throw new InvalidOperationException($"{kind} is not a form of a stream."),
    };

    /// <summary>Runs a whole stream as one call: every item goes to the context's sink.</summary>
    public static void Run(StreamForm<TArg, TItem> form, Delegate work, TArg argument, TaskContext context)
    {
        using IEnumerator<TItem> items = form(work, argument, context);
        while (items.MoveNext())
            context.Items!.Send(items.Current, context.CancellationToken);
    }

    private static IEnumerator<TItem> Open(IEnumerable<TItem>? items) => (items ?? throw Null()).GetEnumerator();

    private static BlockingEnumerator<TItem> Open(IAsyncEnumerable<TItem>? items, TaskContext context) =>
        new((items ?? throw Null()).GetAsyncEnumerator(context.CancellationToken));

    private static InvalidOperationException Null() =>
        new("The task returned null where its items are expected; return an empty sequence.");
}
