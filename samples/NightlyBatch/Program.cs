using System.Globalization;
using System.Runtime.InteropServices;
using Offloop;
using Offloop.Samples.NightlyBatch;

// NightlyBatch [FILE [ITEMS [SECONDS]]]
string path = args.ElementAtOrDefault(0) ?? "invoices.jsonl";
int count = int.Parse(args.ElementAtOrDefault(1) ?? "100", CultureInfo.InvariantCulture);
double seconds = double.Parse(args.ElementAtOrDefault(2) ?? "1", CultureInfo.InvariantCulture);

// Ctrl+C and SIGTERM end the batch after the line that is being written.
using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

using var journal = new Journal(path);
int[] todo = [.. Enumerable.Range(1, count).Except(journal.Entries.Select(static entry => entry.Item))];
Console.WriteLine($"{count - todo.Length} of {count} items are done already");

await using var pool = new ProcessPoolExecutor(new ProcessPoolOptions
{
    MaxWorkers = 2,
    SpareWorkers = 1, // takes over at once when a worker is killed for an item that hangs
    CancellationGrace = TimeSpan.Zero,
});
var options = new MapOptions
{
    Ordered = false, // an item that hangs holds back no other line
    Item = new SubmitOptions { Timeout = TimeSpan.FromSeconds(seconds) },
};
try
{
    await foreach (TaskOutcome<string> outcome in pool.MapAsync(Invoices.Render, todo, options, stop.Token).Outcomes)
    {
        int item = todo[outcome.Index];
        journal.Append(outcome.IsSuccess ? new Entry(item, outcome.Result, null) : new Entry(item, null, outcome.Exception!.Message));
    }
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    Console.WriteLine($"interrupted after {journal.Entries.Count} of {count} items; the same command goes on");
    return 130;
}

Entry[] failed = [.. journal.Entries.Where(static entry => entry.Error is not null).OrderBy(static entry => entry.Item)];
foreach (Entry entry in failed)
    Console.WriteLine($"item {entry.Item} failed: {entry.Error}");
Console.WriteLine($"{count - failed.Length} ok, {failed.Length} failed");
return failed.Length == 0 ? 0 : 3;

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true; // this process goes on, to its end
    stop.Cancel();
}
