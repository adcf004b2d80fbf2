using System.Globalization;
using Offloop.Chaos;
using Offloop.Chaos.Nodes;

// chaos --cluster [--seed S] [--minutes M] [--nodes N] [--verbose]
if (args is ["--node"])
    return await NodeProgram.RunAsync();
if (!OperatingSystem.IsLinux())
{
    Console.Error.WriteLine("The chaos run needs Linux, because it finds and stops processes through /proc and signals.");
    return 2;
}
int seed = Random.Shared.Next(), nodes = 3;
double minutes = 1;
for (int i = 0; i < args.Length; i++)
{
    string name = args[i];
    if (name is "--cluster" or "--verbose")
        continue;
    string value = ++i < args.Length ? args[i] : "";
    bool isValid = name switch
    {
        "--seed" => int.TryParse(value, CultureInfo.InvariantCulture, out seed),
        "--minutes" => double.TryParse(value, CultureInfo.InvariantCulture, out minutes) && minutes is > 0 and <= 10_000,
        "--nodes" => int.TryParse(value, CultureInfo.InvariantCulture, out nodes) && nodes is > 0 and <= 32,
        _ => false,
    };
    if (isValid)
        continue;
    Console.Error.WriteLine($"'{name} {value}' is not understood. Usage: chaos --cluster [--seed S] [--minutes M] [--nodes N] [--verbose]");
    return 2;
}
using var story = new StringWriter(CultureInfo.InvariantCulture);
bool isVerbose = args.Contains("--verbose");
var options = new ClusterChaosOptions
{
    Seed = seed,
    Duration = TimeSpan.FromMinutes(minutes),
    Nodes = nodes,
    Log = isVerbose ? Console.Error : story,
};
Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture,
    $"Chaos with seed {seed}: {nodes} nodes of {options.Slots} slots on {Environment.ProcessorCount} processors, lost after "
    + $"{options.NodeTimeout.TotalSeconds} s of silence, a blow every {options.BlowEvery.TotalMilliseconds} ms."));
ChaosReport report = await ClusterChaosRun.RunAsync(options);
if (report.Violations.Count > 0)
    Console.Error.WriteLine(story);
report.Print(Console.Out);
return report.Violations.Count == 0 ? 0 : 1;
