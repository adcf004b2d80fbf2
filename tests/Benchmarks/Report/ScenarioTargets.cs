using Offloop.Benchmarks.Running;
using Offloop.Benchmarks.Scenarios;
using static Offloop.Benchmarks.Report.Target;

namespace Offloop.Benchmarks.Report;

/// <summary>Targets 4 to 8: starts, memory and scale.</summary>
internal static class ScenarioTargets
{
    public static IEnumerable<Target> Of(Results results)
    {
        yield return AtMost(4, "peak extra memory of a 16 MiB echo, caller, in payloads",
            results.Median(Named.EchoMemory, "callerPayloads"), 3);
        yield return AtMost(4, "peak extra memory of a 16 MiB echo, worker, in payloads",
            results.Median(Named.EchoMemory, "workerPayloads"), 3);

        double? first = results.Ratio((Who.Process, "first"), (Who.CPython, "first"));
        yield return AtMost(5, "first result of a library user, of CPython spawn's", first, 3);
        yield return AtMost(5, "first result of a library user, of CPython spawn's", first, 2).AsStretch();
        yield return AtMost(5, "cost of a killed worker to the next task, with a spare",
            results.Median(Named.KilledWorker, "costMs"), 5, " ms");

        yield return AtMost(6, "CLI start to first tick", results.Median(Named.CliStart, "firstTickMs"), 150, " ms");
        double? fetch = results.Ratio((Named.CliStart, "firstFetchMs"), (Named.AsyncioStart, "firstFetchMs"));
        yield return AtMost(6, "start to first fetch, beyond the server's delay, of asyncio's with a ProcessPoolExecutor", fetch, 3);
        yield return AtMost(6, "start to first fetch, beyond the server's delay, of asyncio's with a ProcessPoolExecutor", fetch, 2)
            .AsStretch();

        yield return AtMost(7, "resident size of an idle worker (the published CLI's)",
            results.Median(Named.ColdPublished, "idleMiB"), 44, " MiB");
        yield return AtMost(7, "resident size of an idle worker (a library user's)",
            results.Median(Named.ColdLibrary, "idleMiB"), 44, " MiB");
        yield return AtMost(7, "a queued task", results.Median(Named.QueueMemory, "bytesPerTask"), 600, " bytes");
        yield return AtMost(7, "growth in the last 9 of 10 million mapped items", results.Median(Named.LongMap, "grownMiB"), 32, " MiB");

        double? lines = results.Ratio((Named.MapLines, "linesPerSecond"), (Named.MapLines, "itemsPerSecond"));
        yield return AtLeast(12, "no-op lines a second of coordinator map, of MapAsync's items", lines, 0.5);

        yield return AtLeast(13, "64 sleeps at a time in 4 processes of 16 threads, of ideal",
            results.Median(Named.ThreadedWorkers, "sleepShare"), 0.95);
        yield return AtLeast(13, "64 fetches at a time in 4 processes of 16 threads, of 64 threads'",
            results.Median(Named.ThreadedWorkers, "fetchesOfThreads"), 0.95);
        yield return AtMost(13, "memory of 4 processes of 16 threads, of 64 processes'",
            results.Median(Named.ThreadedWorkers, "memoryOfProcesses"), 0.12);

        yield return AtLeast(6, "the scheduler alone, tasks a second from one submitter",
            results.Median(Named.Scheduler, "perSecond1"), 2e6, "");
        yield return AtLeast(6, "… from 32 submitters", results.Median(Named.Scheduler, "perSecond32"), 1e6, "");
        yield return AtMost(6, "… with the longest queue, the cost of a task, of that with 1,000",
            results.Median(Named.Scheduler, "growth"), 1.3);
        yield return AtMost(8, "cost per task, longest queue of 1,000's", results.Median(Named.QueueLength, "growth"), 1.3);
        yield return AtLeast(8, "throughput of many sleeping workers, of ideal", results.Median(Named.ManyWorkers, "share"), 0.95);
    }
}
