using Offloop;

namespace SampleTasks; // without Offloop, as a name that is typed

/// <summary>Tasks for lines of an input.</summary>
public static class Echo
{
    public static string Line(string line) => line;

    public static int Number(int number) => number;

    public static string Twice(string line) => line + line;

    public static int Twice(int number) => number * 2;

    /// <summary>An order, with what it costs.</summary>
    public static Priced Price(Order order) => new(order, order.Count * 2.5m);

    public static async Task<string> Context(string line, TaskContext context)
    {
        await Task.Yield();
        return $"{line} {context.Attempt}";
    }

    public static async ValueTask<string> Token(string line, CancellationToken cancellationToken)
    {
        await Task.Delay(1, cancellationToken);
        return line;
    }

    public static void Nothing(string line) => Console.WriteLine($"printed {line}");

    public static async Task Later(string line) => await Task.Delay(line.Length);

    /// <summary>Waits for the time that the line names, in milliseconds, without regard to its token.</summary>
    public static int Wait(int milliseconds)
    {
        Thread.Sleep(milliseconds);
        return milliseconds;
    }

    /// <summary>Does what the line says: throw, exit, hang, or exit at its first attempt only. Any other line comes back.</summary>
    public static string Obey(string line, TaskContext context)
    {
        switch (line)
        {
            case "throw":
                throw new InvalidOperationException("as it was told");
            case "exit":
            case "once" when context.Attempt == 1:
                Environment.Exit(7);
                break;
            case "hang":
                Thread.Sleep(Timeout.Infinite);
                break;
        }
        return line;
    }

    /// <summary>A value that JSON cannot hold.</summary>
    public static Type Unwritable(string line) => line.GetType();
}

public enum Size
{
    Small,
    Large,
}

public sealed record Order(string Name, int Count, Size Size = Size.Small);

public sealed record Priced(Order Order, decimal Price);
