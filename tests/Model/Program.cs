using System.Diagnostics;
using System.Globalization;
using Offloop.Model;

Trace.Listeners.Clear();
Trace.Listeners.Add(new AssertionListener());
long events = 1_000_000;
int[] seeds = [1, 2, 3];
for (int i = 0; i < args.Length; i += 2)
{
    string value = i + 1 < args.Length ? args[i + 1] : "";
    int seed = 0;
    bool known = args[i] switch
    {
        "--events" => long.TryParse(value, CultureInfo.InvariantCulture, out events) && events > 0,
        "--seed" => int.TryParse(value, CultureInfo.InvariantCulture, out seed),
        _ => false,
    };
    if (!known)
    {
        Console.Error.WriteLine($"'{args[i]} {value}' is not understood. Usage: model [--events N] [--seed S]; without a seed: three runs");
        return 2;
    }
    if (args[i] == "--seed")
        seeds = [seed];
}

Console.WriteLine("Random events on fake slots: the scheduler against a plain reference model, checked after every event.");
bool holds = true;
foreach (int seed in seeds)
{
    long began = Stopwatch.GetTimestamp();
    try
    {
        ModelResult result = ModelRun.Run(seed, events);
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"seed {seed}: {result.Events:N0} events, {result.Tasks:N0} tasks, {result.Slots:N0} slots, {result.Schedulers:N0} schedulers, "
            + $"all promises kept ({seconds:0.0} s)"));
    }
    catch (BrokenPromiseException broken)
    {
        holds = false;
        Console.WriteLine($"seed {seed}: a promise is broken");
        Console.Error.WriteLine(broken.Message);
    }
}
return holds ? 0 : 1;
