using Offloop.Benchmarks;

// One line a measurement, each as a ratio to the thread pool in the same run: these machines are shared, and only ratios are stable.
int rounds = args.Contains("--quick") ? 3 : 9;
Console.WriteLine($"Offloop executors on {Environment.ProcessorCount} processors, {ExecutorBench.Workers} workers each; medians of {rounds} rounds, "
    + "the executors taking turns; in brackets the ratio to the thread executor.");
var table = new ResultTable();
await using (var bench = new ExecutorBench())
{
    for (int round = 0; round < rounds; round++)
        await bench.RunRoundAsync(table);
}
table.Print(Console.Out);
