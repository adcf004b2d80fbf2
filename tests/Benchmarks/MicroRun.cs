namespace Offloop.Benchmarks;

internal static class MicroRun
{
    public static int Execute(string[] arguments) => arguments.Length;
}
