namespace Offloop.Invocation;

/// <summary>The form of a submitted delegate. It travels to the worker, because it cannot be told from the method alone: a
/// delegate may be looser than its method.</summary>
[Flags]
internal enum CallKind : byte
{
    /// <summary><c>Func&lt;TArg, TResult&gt;</c>.</summary>
    Plain = 0,

    /// <summary>There is no argument.</summary>
    NoArgument = 1,

    /// <summary>The last parameter is the <see cref="TaskContext"/>.</summary>
    Context = 2,

    /// <summary>The delegate returns a task.</summary>
    Async = 4,

    /// <summary>There is no result.</summary>
    NoResult = 8,

    /// <summary>The delegate returns items, which are sent while it runs. Together with <see cref="Async"/>, it
    /// returns an asynchronous sequence.</summary>
    Stream = 16,
}
