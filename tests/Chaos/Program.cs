using System.Globalization;
using Offloop.Chaos;

// chaos [--seed S] [--minutes M] [--tasks N] [--threads N] [--surroundings [--trouble WORD]]
// Without minutes the run ends after 100,000 tasks, or after three minutes with surroundings. With both, it ends at whichever comes first.
if (!OperatingSystem.IsLinux())
{
    Console.Error.WriteLine("The chaos run needs Linux, because it finds and stops processes through /proc and signals.");
    return 2;
}
int? seed = null, tasks = null, threads = null;
double? minutes = null;
string? trouble = null;
bool surroundings = false;
for (int i = 0; i < args.Length; i++)
{
    string name = args[i];
    if (name == "--surroundings")
    {
        surroundings = true;
        continue;
    }
    string value = ++i < args.Length ? args[i] : "";
    bool isValid = name switch
    {
        "--seed" => Read<int>(value, out seed),
        "--tasks" => Read<int>(value, out tasks) && tasks > 0,
        "--threads" => Read<int>(value, out threads) && threads is > 0 and <= 128,
        "--trouble" => (trouble = value).Length > 0,
        "--minutes" => Read<double>(value, out minutes) && minutes > 0,
        _ => false,
    };
    if (isValid)
        continue;
    Console.Error.WriteLine(
        $"'{name} {value}' is not understood. "
        + "Usage: chaos [--seed S] [--minutes M] [--tasks N] [--threads N] [--surroundings [--trouble WORD]]");
    return 2;
}
if (surroundings && minutes is null && tasks is null)
    minutes = 3; // about two rounds of all troubles
var options = new ChaosOptions
{
    Seed = seed ?? Random.Shared.Next(),
    Duration = minutes is { } given ? TimeSpan.FromMinutes(given) : Timeout.InfiniteTimeSpan,
    Tasks = tasks ?? (minutes is null ? 100_000 : int.MaxValue),
    ThreadsPerWorker = threads ?? 1,
    // More would take the starts, which are measured, the processors. With several threads, all that are in flight run at once, and each
    // that overruns its time ends a worker.
    InFlight = surroundings ? (threads > 1 ? 6 : 40) : 200,
    Surroundings = surroundings,
    Trouble = trouble,
    Log = Console.Out,
};
Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture,
    $"Chaos with seed {options.Seed}: {options.Workers} workers of {options.ThreadsPerWorker} threads and {options.SpareWorkers} spare "
    + $"on {Environment.ProcessorCount} processors, a blow every {options.BlowEvery.TotalMilliseconds} ms."));
ChaosReport report = await ChaosRun.RunAsync(options);
report.Print(Console.Out);
return report.Violations.Count == 0 ? 0 : 1;

static bool Read<T>(string text, out T? value)
    where T : struct, IParsable<T>
{
    bool isNumber = T.TryParse(text, CultureInfo.InvariantCulture, out T read);
    value = isNumber ? read : null;
    return isNumber;
}
