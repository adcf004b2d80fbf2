using System.Globalization;
using Offloop.Chaos;

// chaos [--seed S] [--minutes M] [--tasks N]
// Without minutes the run ends after 100,000 tasks. With both, it ends at whichever comes first.
if (!OperatingSystem.IsLinux())
{
    Console.Error.WriteLine("The chaos run needs Linux, because it finds and stops processes through /proc and signals.");
    return 2;
}
int? seed = null, tasks = null;
double? minutes = null;
for (int i = 0; i < args.Length; i += 2)
{
    string value = i + 1 < args.Length ? args[i + 1] : "";
    bool isValid = args[i] switch
    {
        "--seed" => Read<int>(value, out seed),
        "--tasks" => Read<int>(value, out tasks) && tasks > 0,
        "--minutes" => Read<double>(value, out minutes) && minutes > 0,
        _ => false,
    };
    if (isValid)
        continue;
    Console.Error.WriteLine($"'{args[i]} {value}' is not understood. Usage: chaos [--seed S] [--minutes M] [--tasks N]");
    return 2;
}
var options = new ChaosOptions
{
    Seed = seed ?? Random.Shared.Next(),
    Duration = minutes is { } given ? TimeSpan.FromMinutes(given) : Timeout.InfiniteTimeSpan,
    Tasks = tasks ?? (minutes is null ? 100_000 : int.MaxValue),
};
Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture,
    $"Chaos with seed {options.Seed}: {options.Workers} workers and {options.SpareWorkers} spare "
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
