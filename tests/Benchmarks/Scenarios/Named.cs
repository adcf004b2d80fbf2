namespace Offloop.Benchmarks.Scenarios;

/// <summary>The names of the scenarios in the report. The targets look them up by these names.</summary>
internal static class Named
{
    public const string ColdPublished = "cold worker, the published CLI's";
    public const string ColdLibrary = "cold worker, a library user's";
    public const string KilledWorker = "killed worker, one spare";
    public const string EchoMemory = "memory of a 16 MiB echo";
    public const string QueueMemory = "memory of the queue";
    public const string Scheduler = "the scheduler alone";
    public const string QueueLength = "cost per task by length of the queue";
    public const string LongMap = "map of ten million items";
    public const string MapLines = "a map on the command line";
    public const string ManyWorkers = "many workers that sleep";
    public const string ThreadedWorkers = "64 blocking calls in 4 processes of 16 threads";
    public const string CliStart = "CLI start";
    public const string CliStartAlone = "CLI start, one worker";
    public const string AsyncioStart = "asyncio with a ProcessPoolExecutor, start";

    public const string FetchProcess = "loop, fetches: process";
    public const string FetchThread = "loop, fetches: thread";
    public const string FetchInline = "loop, fetches: inline";
    public const string AsyncioThread = "loop, fetches: asyncio, ThreadPoolExecutor";
    public const string AsyncioProcess = "loop, fetches: asyncio, ProcessPoolExecutor";
    public const string ThroughputProcess = "8 fetches at a time: process";
    public const string ThroughputThread = "8 fetches at a time: thread";

    public const string SpinProcess = "loop, all processors busy: process";
    public const string SpinLow = "loop, all processors busy: process, below normal priority";
    public const string SpinThread = "loop, all processors busy: thread";
    public const string SpinAsyncio = "loop, all processors busy: asyncio, ProcessPoolExecutor";
    public const string GarbageProcess = "loop, garbage: process";
    public const string GarbageThread = "loop, garbage: thread";
}
