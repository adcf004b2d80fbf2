namespace Offloop.Benchmarks.Running;

/// <summary>The names of the contestants in the table. The targets look them up by these names.</summary>
internal static class Who
{
    public const string Process = "Offloop process";
    public const string Thread = "Offloop thread";
    public const string CPython = "CPython ProcessPoolExecutor, spawn";
    public const string Pebble = "Pebble";
    public const string Loky = "loky";
    public const string Workerpool = "workerpool (process)";
    public const string Tinypool = "tinypool (child_process)";
    public const string Piscina = "piscina (threads, 16 per worker)";
    public const string BarePipe = "bare .NET pipe, 64 bytes";
    public const string PlainRpc = "plain StreamJsonRpc, System.Text.Json";
    public const string MemoryCopy = "memcpy";

    /// <summary>The contestants in the order of the table.</summary>
    public static readonly string[] Pools =
        [Process, Thread, CPython, Pebble, Workerpool, Tinypool, Piscina, PlainRpc, BarePipe, MemoryCopy];
}
