namespace Offloop.Invocation;

/// <summary>What is said of delegates that no executor accepts. The analyzer is compiled with this file too, so that it says what the
/// executors say.</summary>
internal static class WorkTexts
{
    public static string Captures(string captured) =>
        $"The submitted delegate captures {captured}, which cannot follow it to a worker. "
        + "Make it a static method or lambda and pass what it needs as the argument: "
        + "executor.SubmitAsync(static x => Work(x), value); several values go as a tuple or a record.";

    public static string OptionCaptures(string property, string captured) =>
        $"{property} captures {captured}, which cannot follow it to a worker; "
        + "make it a static method or a lambda that needs nothing else.";

    public static string Variable(string name, string type) => $"'{name}', of type {type}";

    public static string This(string type) => $"'this', of type {type}";

    public static string FirstArgument(string type) => $"its first argument, of type {type}";

    public static string TaskOfTask(string name) =>
        $"The submitted delegate returns a task of a task ({name}); return Task or Task<TResult> with a plain result, "
        + "such as async x => await (await Work(x)).";

    public static string ValueTask(string name) =>
        $"The submitted delegate returns {name}; return Task or Task<TResult> instead, such as x => Work(x).AsTask().";

    public static string Stream(string name) =>
        $"The submitted delegate returns a stream ({name}), which ends with the call; "
        + "return a list or an array instead, or take the items while the call runs with StreamAsync.";

    public static string Awaitable(string name) =>
        $"The submitted delegate returns an awaitable ({name}); return Task or Task<TResult> instead, "
        + "such as async x => await Work(x).";
}
