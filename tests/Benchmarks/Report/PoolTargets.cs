using Offloop.Benchmarks.Running;
using static Offloop.Benchmarks.Report.Target;

namespace Offloop.Benchmarks.Report;

/// <summary>Targets 1 to 4: the process executor against the other pools.</summary>
internal static class PoolTargets
{
    public static IEnumerable<Target> Of(Results results)
    {
        yield return AtMost(1, "one at a time, of plain StreamJsonRpc's", Against("one", Who.PlainRpc), 1.3);
        yield return AtMost(1, "one at a time, of CPython's", Against("one", Who.CPython), 0.3);
        yield return AtMost(1, "one at a time, of the bare pipe's", Against("one", Who.BarePipe), 1.8);
        yield return AtMost(1, "one at a time, of the bare pipe's", Against("one", Who.BarePipe), 1.5).AsStretch();

        yield return AtLeast(2, "bulk submit, of CPython's", Against("bulk", Who.CPython), 12);
        yield return AtLeast(2, "bulk submit, of Pebble's", Against("bulk", Who.Pebble), 5);
        yield return AtLeast(2, "bulk submit, of workerpool's", Against("bulk", Who.Workerpool), 7);
        yield return AtLeast(2, "bulk submit, of tinypool's", Against("bulk", Who.Tinypool), 7);
        yield return AtLeast(2, "bulk submit, of piscina's threads", Against("bulk", Who.Piscina), 1.5);
        yield return AtLeast(2, "bulk submit, of plain StreamJsonRpc's", Against("bulk", Who.PlainRpc), 1);
        yield return AtLeast(2, "bulk submit, of plain StreamJsonRpc's", Against("bulk", Who.PlainRpc), 5).AsStretch();

        double? map = results.Ratio((Who.Process, "map"), (Who.CPython, "map1000"));
        yield return AtLeast(3, "map, of CPython's with chunks of 1,000", map, 0.5);

        yield return AtMost(4, "16 MiB echo, of CPython's", Against("echo16", Who.CPython), 0.3);

        double? Against(string what, string peer) => results.Ratio((Who.Process, what), (peer, what));
    }
}
