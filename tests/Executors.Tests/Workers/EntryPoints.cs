using System.Diagnostics.CodeAnalysis;

namespace Offloop.Tests.Workers;

internal sealed record Place(int X, int Y, string Name);

/// <summary>The methods that a worker in Python serves too. Inline and thread executors run their bodies.</summary>
internal static class EntryPoints
{
    private static int s_remembered;

    [WorkerEntryPoint("square")]
    public static int Square(int number) => number * number;

    [WorkerEntryPoint("greet")]
    public static string Greet(string name) => $"hello {name}";

    [WorkerEntryPoint("move")]
    public static Place Move(Place place) => new(place.X + 1, place.Y - 1, place.Name.ToUpperInvariant());

    [WorkerEntryPoint("reverse")]
    public static byte[] Reverse(byte[] data) => [.. Enumerable.Reverse(data)];

    [WorkerEntryPoint("fail")]
    public static void Fail(string text) => throw new ArgumentException($"it failed over {text}", new KeyNotFoundException(text));

    [WorkerEntryPoint("fail-oddly")]
    public static int FailOddly(string text) => throw new DivideByZeroException(text);

    [WorkerEntryPoint("count-with-progress")]
    public static int CountWithProgress(int count, TaskContext context)
    {
        for (int number = 1; number <= count; number++)
            context.Report(number);
        return count;
    }

    [WorkerEntryPoint("count-up")]
    public static IEnumerable<int> CountUp(int count) => Enumerable.Range(0, count);

    [WorkerEntryPoint("blocks")]
    public static IEnumerable<byte[]> Blocks(int length)
    {
        for (int number = 0; number < 40; number++)
        {
            byte[] block = new byte[length];
            Array.Fill(block, (byte)number);
            yield return block;
        }
    }

    [WorkerEntryPoint("wait-for-cancellation")]
    public static void WaitForCancellation(string path, TaskContext context)
    {
        File.WriteAllText(path, "");
        context.CancellationToken.WaitHandle.WaitOne();
        context.CancellationToken.ThrowIfCancellationRequested();
    }

    [WorkerEntryPoint("log")]
    public static void Log(string text) => throw new NotSupportedException(text);

    [WorkerEntryPoint("exit")]
    public static void Exit(int code) => throw new NotSupportedException(nameof(code));

    [WorkerEntryPoint("crash")]
    public static void Crash() => throw new NotSupportedException();

    [WorkerEntryPoint("remember")]
    public static void Remember(int value) => s_remembered = value;

    [WorkerEntryPoint("recall")]
    public static int Recall() => s_remembered;

    [WorkerEntryPoint("unwritable")]
    public static int Unwritable() => throw new NotSupportedException();

    /// <summary>Returns the number of the process.</summary>
    [WorkerEntryPoint("sleep")]
    public static int Sleep(int milliseconds)
    {
        Thread.Sleep(milliseconds);
        return Environment.ProcessId;
    }

    [WorkerEntryPoint("never-heard-of")]
    public static int Unknown(int value) => value;

    [SuppressMessage("Style", "IDE0060", Justification = "The form matters.")]
    public static int WithoutName(int value) => value;
}
