using System.Diagnostics;

namespace Offloop.ClusterRuns.Scale;

/// <summary>What processes have used. One that has ended has used nothing.</summary>
internal static class ProcessFigures
{
    public static double ResidentMebibytes(IEnumerable<int> processes) =>
        processes.Sum(static id => Of(id, static process => process.WorkingSet64)) / (1024.0 * 1024);

    public static TimeSpan Processor(IEnumerable<int> processes) =>
        TimeSpan.FromTicks(processes.Sum(static id => Of(id, static process => process.TotalProcessorTime.Ticks)));

    private static long Of(int id, Func<Process, long> read)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return read(process);
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException)
        {
            return 0; // it has ended meanwhile
        }
    }
}
