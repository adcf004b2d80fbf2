using Offloop;
using Offloop.Samples.Quarantine;

// One thread in each worker: a crash then costs the task that caused it, and no other.
await using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MaxWorkers = 2, SpareWorkers = 1 });

// The reports change nothing, so they may run again after a crash: once.
var options = new SubmitOptions { CrashRetries = 1 };
(int Number, Task<long> Task)[] reports =
    [.. Enumerable.Range(1, 8).Select(number => (number, pool.SubmitAsync(Reports.Run, number, options)))];

List<int> quarantined = [];
foreach ((int number, Task<long> report) in reports)
{
    try
    {
        Console.WriteLine($"report {number}: {await report}");
    }
    catch (WorkerLostException error)
    {
        TaskFailure failure = error.Failure;
        Console.WriteLine($"report {number}: {failure.Cause} by {failure.ProbableSignal} while {failure.Phase}, in each of "
            + $"{failure.Attempts.Count} attempts");
        quarantined.Add(number);
    }
}
Console.WriteLine($"in quarantine: {string.Join(", ", quarantined)}");
Console.WriteLine($"after the crashes: {await pool.SubmitAsync(Reports.Run, 9, options)}");
