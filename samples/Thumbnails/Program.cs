using System.Globalization;
using Offloop;
using Offloop.Samples.Thumbnails;

// Thumbnails [FOLDER]
string folder = Directory.CreateDirectory(args.ElementAtOrDefault(0) ?? "pictures").FullName;
for (int number = 1; number <= 6; number++)
    Pictures.Draw(Path.Combine(folder, $"picture-{number}.png"), number);
Pictures.WriteBomb(Path.Combine(folder, "bomb.png"));

await using var pool = new ProcessPoolExecutor(new ProcessPoolOptions
{
    MaxWorkers = 2,
    MaxWorkerMemory = 256L << 20, // four times what the largest picture of an honest user takes
});

Job[] jobs = [.. Directory.GetFiles(folder, "*.png").Order(StringComparer.Ordinal)
    .Select(static source => new Job(source, Path.ChangeExtension(source, ".jpg")))];
await foreach (TaskOutcome<string> outcome in pool.MapAsync(Thumbnail.Make, jobs).Outcomes)
{
    string source = jobs[outcome.Index].Source;
    string what = outcome switch
    {
        { IsSuccess: true } => outcome.Result,
        { Exception: WorkerLostException { Failure: { Cause: FailureCause.MemoryLimit, ResidentBytes: { } used } } } =>
            string.Create(CultureInfo.InvariantCulture, $"ended at {used >> 20} MiB, and the limit is 256 MiB"),
        _ => outcome.Exception!.Message,
    };
    Console.WriteLine($"{Path.GetFileName(source)} ({new FileInfo(source).Length:N0} bytes): {what}");
}
