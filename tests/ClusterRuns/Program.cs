using System.Globalization;
using Offloop.Chaos;
using Offloop.ClusterRuns.Chaos;
using Offloop.ClusterRuns.Nodes;
using Offloop.ClusterRuns.Scale;

// chaos --cluster [--seed S] [--minutes M] [--nodes N] [--verbose]
// scale --processes [--nodes N]
// --node: a node of either
if (args is ["--node"])
    return await NodeProgram.RunAsync();
if (!OperatingSystem.IsLinux())
{
    Console.Error.WriteLine("This needs Linux, because it finds and stops processes through /proc and signals.");
    return 2;
}
bool isScale = args.Contains("--processes");
int seed = Random.Shared.Next(), nodes = isScale ? 16 : 3;
double minutes = 1;
for (int i = 0; i < args.Length; i++)
{
    string name = args[i];
    if (name is "--cluster" or "--verbose" or "--processes")
        continue;
    string value = ++i < args.Length ? args[i] : "";
    bool isValid = name switch
    {
        "--seed" when !isScale => int.TryParse(value, CultureInfo.InvariantCulture, out seed),
        "--minutes" when !isScale =>
            double.TryParse(value, CultureInfo.InvariantCulture, out minutes) && minutes is > 0 and <= 10_000,
        "--nodes" => int.TryParse(value, CultureInfo.InvariantCulture, out nodes) && nodes is > 1 and <= 64,
        _ => false,
    };
    if (isValid)
        continue;
    Console.Error.WriteLine(
        $"'{name} {value}' is not understood. Usage: "
        + (isScale ? "scale --processes [--nodes N]" : "chaos --cluster [--seed S] [--minutes M] [--nodes N] [--verbose]"));
    return 2;
}
if (isScale)
    return await ClusterScaleRun.ExecuteAsync(nodes);

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
