using Offloop.SampleTasks;

namespace Offloop.Benchmarks.Scenarios;

/// <summary>The growth of the resident size of either side by one 16 MiB echo, in payloads. The caller's array exists before; the result,
/// of the same size, counts.</summary>
internal static class EchoMemory
{
    public static async Task<Dictionary<string, double>> MeasureAsync()
    {
        byte[] payload = new byte[16 << 20];
        Array.Fill(payload, (byte)1);
        await using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MinWorkers = 1, MaxWorkers = 1 });
        await pool.SubmitAsync(Basics.Echo, new byte[100_000]);
        int worker = pool.GetSnapshot().Workers[0].ProcessId!.Value;
        long before = ResidentPeak.Reset(Environment.ProcessId);
        long workerBefore = ResidentPeak.Reset(worker);
        await pool.SubmitAsync(Basics.Echo, payload);
        return new()
        {
            ["callerPayloads"] = (ResidentPeak.Of(Environment.ProcessId) - before) / (double)payload.Length,
            ["workerPayloads"] = (ResidentPeak.Of(worker) - workerBefore) / (double)payload.Length,
        };
    }
}
