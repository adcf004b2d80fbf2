using System.Diagnostics;
using System.Globalization;

namespace Offloop.Differ;

/// <summary>The command line: reads the arguments, runs the programs, and tells what has come out.</summary>
internal static class DifferProgram
{
    /// <summary>Returns the exit code: 0 without an unexplained difference, 1 with one, 2 for arguments that are not understood.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="what">What is run, for the first line.</param>
    /// <param name="makeContenders">Makes the executors, with so many threads in a worker process.</param>
    public static async Task<int> RunAsync(string[] args, string what, Func<int, Task<IReadOnlyList<Contender>>> makeContenders)
    {
        int programs = 10_000;
        int seed = 1;
        int threads = 1;
        for (int i = 0; i < args.Length; i += 2)
        {
            string value = i + 1 < args.Length ? args[i + 1] : "";
            bool known = args[i] switch
            {
                "--programs" => int.TryParse(value, CultureInfo.InvariantCulture, out programs) && programs > 0,
                "--seed" => int.TryParse(value, CultureInfo.InvariantCulture, out seed),
                "--threads" => int.TryParse(value, CultureInfo.InvariantCulture, out threads) && threads is > 0 and <= 128,
                _ => false,
            };
            if (!known)
            {
                Console.Error.WriteLine(
                    $"'{args[i]} {value}' is not understood. Usage: differ [--cluster] [--programs N] [--seed S] [--threads N]");
                return 2;
            }
        }

        Console.WriteLine($"{what}: what their callers see, and which differences docs/differences.md explains.");
        long began = Stopwatch.GetTimestamp();
        await using var run = new DifferRun(await makeContenders(threads));
        int unexplained = 0;
        for (int i = 0; i < programs && unexplained < 5; i++)
        {
            if (await run.RunAsync(unchecked(seed + i)) is not { } report)
                continue;
            unexplained++;
            Console.Error.WriteLine(report);
        }
        foreach ((string id, int count) in run.Exercised)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{id,-4} {count,9:N0}"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{programs:N0} programs from seed {seed}, {unexplained} unexplained ({Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s)"));
        return unexplained == 0 ? 0 : 1;
    }
}
