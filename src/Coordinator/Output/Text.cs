using System.Globalization;
using System.Text;
using Offloop.Coordinator.Cli;
using Offloop.Coordinator.Fetching;
using Offloop.Coordinator.Statistics;

namespace Offloop.Coordinator.Output;

/// <summary>The lines that people read.</summary>
internal static class Text
{
    private static readonly CultureInfo s_culture = CultureInfo.InvariantCulture;

    /// <summary>The header of a run.</summary>
    /// <param name="setup">What it was asked to do.</param>
    /// <param name="source">What the calls fetch, if they do.</param>
    public static string Header(RunSetup setup, string source)
    {
        string threads = setup.ThreadsPerWorker == 1 ? "" : string.Create(s_culture, $" threads-per-worker={setup.ThreadsPerWorker}");
        string workers = setup.Executor switch
        {
            ExecutorKind.Inline => "workers=none",
            ExecutorKind.Cluster when setup.Workers == 0 => "nodes=those-that-join",
            ExecutorKind.Cluster => string.Create(s_culture, $"nodes={setup.Workers} slots={setup.SlotsPerNode}"),
            _ => string.Create(s_culture, $"workers={setup.Workers}{threads}"),
        };
        string start = $"executor={Name(setup.Executor)} {workers} concurrency={setup.InFlight}";
        return setup.Work == WorkKind.Http ? $"{start} {source}" : $"{start} work={Name(setup.Work)}";
    }

    /// <summary>A member of an enum as it is typed.</summary>
    public static string Name<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    /// <summary>Milliseconds with as many digits as say something: <c>0.4 ms</c>, <c>48 ms</c>, <c>9.8 s</c>.</summary>
    public static string Brief(double? milliseconds) => milliseconds switch
    {
        null => "-",
        < 10 => string.Create(s_culture, $"{milliseconds:0.0} ms"),
        < 1000 => string.Create(s_culture, $"{milliseconds:0} ms"),
        _ => string.Create(s_culture, $"{milliseconds / 1000:0.0} s"),
    };

    /// <summary>One fetch, for <c>--verbose</c>.</summary>
    public static string Of(long number, FetchResult result)
    {
        string process = result.ProcessId is { } id ? $", process {id}" : "";
        return result.Failure is { } failure
            ? $"fetch {number} failed: {failure.Message}{process}"
            : $"fetch {number}: {result.Url} {result.Status}, {result.Bytes} bytes, {Ms(result.Duration)}{process}";
    }

    /// <summary>The summary of a run, one line per subject.</summary>
    public static string Of(RunSummary summary)
    {
        var text = new StringBuilder();
        text.Append(s_culture, $"ticks: {summary.TicksPrinted} of {summary.TicksExpected}, lag");
        if (summary.LagP50 is { } p50)
            text.Append(s_culture, $" p50 {Ms(p50)},");
        if (summary.LagP99 is { } p99)
            text.Append(s_culture, $" p99 {Ms(p99)},");
        text.AppendLine(s_culture, $" max {Ms(summary.LagMax)}");

        text.Append(s_culture, $"fetches: {summary.FetchesOk} ok, {summary.FetchesFailed} failed");
        text.Append(s_culture, $", {summary.FetchesPerSecond:0.0} per second");
        if (summary is { LatencyP50: { } median, LatencyP99: { } slow })
            text.Append(s_culture, $", latency p50 {Ms(median)}, p99 {Ms(slow)}");
        text.AppendLine();

        if (summary.Nodes is { Count: > 0 } nodes)
            text.AppendLine(s_culture, $"nodes: {string.Join(", ", nodes.Select(node => $"{node.Name} {node.Done.ToString(s_culture)}"))}");
        if (summary.Failures.Count > 0)
            text.AppendLine($"failures: {string.Join(", ", summary.Failures.Select(failure => $"{failure.Kind} {failure.Count}"))}");
        text.AppendLine(summary.BlockedFor is { } blocked
            ? string.Create(s_culture, $"event loop: BLOCKED for {blocked.TotalSeconds:0.0} s{By(summary.BlockedBy)}")
            : "event loop: free");
        return text.ToString();
    }

    private static string By(string? task) => task is null ? "" : $" by the inline task '{task}'";

    private static string Ms(TimeSpan time) => string.Create(s_culture, $"{time.TotalMilliseconds:0.0} ms");
}
