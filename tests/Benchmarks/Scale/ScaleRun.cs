namespace Offloop.Benchmarks.Scale;

/// <summary>The scheduler of a cluster, by simulation: what it costs, and how that grows with nodes, slots, requirements and
/// tasks.</summary>
internal static class ScaleRun
{
    public static int Execute(string[] args)
    {
        if (ScaleOptions.TryParse(args, out string wrong) is not { } options)
        {
            Console.Error.WriteLine($"'{wrong}' is not understood. Usage: {ScaleOptions.Usage}");
            return 2;
        }
        TextWriter output = Console.Out;
        TaskCosts.Measure(options.IsOne ? [options] : TaskCosts.Clusters, options.Seconds).Write(output);
        TransitionCosts.Measure(options.IsOne ? [options] : TransitionCosts.Clusters).Write(output);
        MemoryCosts.Measure(options).Write(output);
        (Table table, string? broken) = Turnover.Measure(options, options.Seconds * 5);
        table.Write(output);
        output.WriteLine(broken ?? "Every task ended once, with its result.");
        return broken is null ? 0 : 1;
    }
}
