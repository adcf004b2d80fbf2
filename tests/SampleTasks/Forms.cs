namespace Offloop.SampleTasks;

/// <summary>One method for each form of a submit. Those without a result throw to show that they ran.</summary>
public static class Forms
{
    public static int Result() => 42;

    public static int ResultOf(int value) => value + 1;

    public static int ResultOfContext(int value, TaskContext context) => value + context.Attempt;

    public static void Nothing()
    {
    }

    public static void Throw() => throw new InvalidOperationException("no argument");

    public static void ThrowIf(bool wanted)
    {
        if (wanted)
            throw new InvalidOperationException("an argument");
    }

    public static void ThrowIfWithContext(bool wanted, TaskContext context)
    {
        if (wanted)
            throw new InvalidOperationException($"an argument, attempt {context.Attempt}");
    }

    public static async Task<int> ResultAsync()
    {
        await Task.Yield();
        return 42;
    }

    public static async Task<int> ResultOfAsync(int value)
    {
        await Task.Yield();
        return value + 1;
    }

    public static async Task<int> ResultOfContextAsync(int value, TaskContext context)
    {
        await Task.Yield();
        return value + context.Attempt;
    }

    public static async Task ThrowAsync()
    {
        await Task.Yield();
        Throw();
    }

    public static async Task ThrowIfAsync(bool wanted)
    {
        await Task.Yield();
        ThrowIf(wanted);
    }

    public static async Task ThrowIfWithContextAsync(bool wanted, TaskContext context)
    {
        await Task.Yield();
        ThrowIfWithContext(wanted, context);
    }
}
