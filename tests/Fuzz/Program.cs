using System.Globalization;
using Offloop.Fuzz;

double minutes = 1;
int seed = Random.Shared.Next();
string? only = null;
for (int i = 0; i < args.Length; i++)
{
    string value = i + 1 < args.Length ? args[i + 1] : "";
    bool known = args[i] switch
    {
        "--minutes" => double.TryParse(value, CultureInfo.InvariantCulture, out minutes) && minutes > 0,
        "--seed" => int.TryParse(value, CultureInfo.InvariantCulture, out seed),
        "--target" => FuzzTarget.All().Any(target => target.Name == (only = value)),
        _ => false,
    };
    if (!known)
    {
        string names = string.Join('|', FuzzTarget.All().Select(target => target.Name));
        Console.Error.WriteLine(
            $"'{args[i]} {value}' is not understood. Usage: fuzz [--minutes M] [--seed S] [--target {names}]");
        return 2;
    }
    i++;
}

FuzzTarget[] targets = [.. FuzzTarget.All().Where(target => only is null || target.Name == only)];
TimeSpan each = TimeSpan.FromMinutes(minutes) / targets.Length;
Console.WriteLine($"Malformed inputs, seed {seed}: how many each reader refused, and how much the heap grew after the first tenth.");
Console.WriteLine($"{"target",-12} {"inputs",10} {"refused",10} {"seconds",8} {"inputs/s",9} {"grown",10}");
try
{
    foreach (FuzzTarget target in targets)
    {
        FuzzResult result = await FuzzRun.RunAsync(target, seed, each, long.MaxValue, isAlone: true);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{result.Target,-12} {result.Inputs,10:N0} {result.Refused,10:N0} {result.Time.TotalSeconds,8:0.0} "
            + $"{result.Inputs / result.Time.TotalSeconds,9:N0} {result.GrownBytes / 1024.0,7:N0} KiB"));
    }
}
catch (FuzzException failure)
{
    Console.Error.WriteLine(failure);
    return 1;
}
return 0;
