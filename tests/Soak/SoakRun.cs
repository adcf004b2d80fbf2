using System.Globalization;
using Offloop.Soak.Load;
using Offloop.Soak.Report;
using Offloop.Soak.Sampling;
using Offloop.Soak.Trends;

namespace Offloop.Soak;

/// <summary>Lets one pool work for hours at a steady pace, and fails if anything of the caller grows.</summary>
internal static class SoakRun
{
    private static readonly TimeSpan s_drawEvery = TimeSpan.FromMinutes(5);

    /// <summary>Runs, and returns whether it held.</summary>
    public static async Task<bool> RunAsync(SoakOptions options, TextWriter writer, CancellationToken cancellationToken)
    {
        string temporary = Directory.CreateTempSubdirectory("soak-").FullName;
        Environment.SetEnvironmentVariable("TMPDIR", temporary); // for the pool and its workers, which inherit it
        try
        {
            return await RunAsync(options, temporary, writer, cancellationToken);
        }
        finally
        {
            Directory.Delete(temporary, recursive: true);
        }
    }

    private static async Task<bool> RunAsync(SoakOptions options, string temporary, TextWriter writer, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(options.Output);
        string table = Path.Combine(options.Output, "soak.csv");
        string chart = Path.Combine(options.Output, "soak.svg");
        string title = string.Create(
            CultureInfo.InvariantCulture,
            $"Soak with seed {options.Seed}: {options.Duration.TotalHours:0.###} h, {options.Workers} workers, load {options.Load:0.##}, "
            + $"{options.Deaths:0.##} deaths a second");
        writer.WriteLine($"{title}, process {Environment.ProcessId}. Table: {table}; chart: {chart}");

        var samples = new List<Sample>();
        var tally = new Tally();
        using (var log = new CountingLog())
        using (var file = new Table(table))
        {
            var pool = new ProcessPoolExecutor(new ProcessPoolOptions
            {
                MinWorkers = options.Workers,
                MaxWorkers = options.Workers,
                MaxTasksPerWorker = options.TasksPerWorker,
                CancellationGrace = TimeSpan.FromMilliseconds(200),
                LoggerFactory = log,
            });
            await using (pool)
                await WorkAsync(options, pool, tally, temporary, Take, cancellationToken);

            void Take(Sample sample)
            {
                file.Write(sample);
                if (samples.Count > 0 && (int)(sample.At / s_drawEvery) > (int)(samples[^1].At / s_drawEvery))
                    File.WriteAllText(chart, Chart.Draw(title, Trends(samples)));
                samples.Add(sample);
            }
        }

        Trend[] trends = Trends(samples);
        File.WriteAllText(chart, Chart.Draw(title, trends));
        foreach (Trend trend in trends)
            writer.WriteLine($"{trend.Quantity.Name,-28} {trend.Text}");
        if (samples.Count > 0)
            writer.WriteLine(Totals(samples));
        string[] failures = [.. Failures(options, samples, trends, tally, temporary)];
        writer.WriteLine(failures.Length == 0 ? "soak: held" : $"soak: failed: {string.Join("; ", failures)}");
        return failures.Length == 0;
    }

    private static async Task WorkAsync(
        SoakOptions options, ProcessPoolExecutor pool, Tally tally, string temporary, Action<Sample> take,
        CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        end.CancelAfter(options.Duration);
        Task sampling = new Sampler(options, pool, tally, temporary).RunAsync(take, end.Token);
        using var load = new SoakLoad(options, pool, tally);
        await load.RunAsync(end.Token);
        await sampling;
    }

    private static Trend[] Trends(List<Sample> samples) => [.. Quantity.All.Select(quantity => Trend.Of(quantity, samples))];

    private static string Totals(List<Sample> samples)
    {
        Sample last = samples[^1];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{last.At.TotalHours:0.00} h: {last.Ended:#,0} tasks ended as they should, {last.Lost:#,0} were lost with their worker; "
            + $"{last.Started:#,0} workers started; {samples.Average(static sample => sample.Cores):0.00} cores used on average");
    }

    private static IEnumerable<string> Failures(
        SoakOptions options, List<Sample> samples, Trend[] trends, Tally tally, string temporary)
    {
        if (samples.Count == 0 || samples[^1].At < options.Duration - (2 * options.SampleEvery))
            yield return "it was ended early";
        foreach (Trend trend in trends.Where(static trend => trend.IsFailure))
            yield return $"{trend.Quantity.Name} grows by {trend.Text}";
        if (tally.Wrong is { } wrong)
            yield return wrong;
        if (OwnProcess.Family().Children is > 0 and var children)
            yield return $"{children} child processes are left";
        if (Directory.GetFileSystemEntries(temporary, "*", SearchOption.AllDirectories) is { Length: > 0 } files)
            yield return $"{files.Length} temporary files are left, such as {Path.GetFileName(files[0])}";
    }
}
