namespace Offloop.SampleTasks;

public static class Basics
{
    public static int Square(int value) => value * value;

    public static int SquareSlowly(int value)
    {
        Thread.Sleep(50);
        return value * value;
    }

    public static string Greet(string name) => $"hello {name}";

    public static int ProcessId() => Environment.ProcessId;

    public static void Nothing()
    {
    }

    public static byte[] Echo(byte[] bytes) => bytes;
}
