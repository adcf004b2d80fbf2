using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using Offloop.Coordinator.Cli;
using Offloop.Coordinator.Output;

namespace Offloop.Coordinator.Comparing;

/// <summary>The page of a comparison: one file that needs no network and no scripts.</summary>
internal static class ReportPage
{
    private static readonly CultureInfo s_culture = CultureInfo.InvariantCulture;

    public static string Of(CompareVerb verb, IReadOnlyList<RunTrace> traces)
    {
        var page = new StringBuilder();
        string title = $"Executors compared: {Text.Name(verb.Work)}";
        page.Append($$"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <link rel="icon" href="data:,">
            <title>{{title}}</title>
            <style>
            {{Style}}
            </style>
            </head>
            <body>
            <h1>{{title}}</h1>
            <p>{{Encode(Introduction(verb))}}</p>
            <h2>How late the event loop was</h2>
            <p>A ticker is due every {{Encode(DurationText.Format(verb.Interval))}}. Below, by how much each tick was late; × marks an
            executor whose process died.</p>
            {{LagChartOf(verb, traces)}}
            <h2>How long a call took</h2>
            <p>The share of the calls that succeeded within a time.</p>
            {{LatencyChartOf(traces)}}
            <h2>In numbers</h2>
            <table>
            <thead><tr><th></th>{{string.Concat(traces.Select(static trace => $"<th>{trace.Contender.Name}</th>"))}}</tr></thead>
            <tbody>

            """);
        foreach ((string name, Func<RunTrace, string> value) in Measures.All)
        {
            string cells = string.Concat(traces.Select(trace => $"<td>{Encode(value(trace))}</td>"));
            page.AppendLine($"<tr><th>{name}</th>{cells}</tr>");
        }
        page.Append($$"""
            </tbody>
            </table>
            <h2>Where and how</h2>
            <p>{{Encode(Machine())}}</p>
            <p><code>{{Encode(CommandOf(verb))}}</code></p>
            <footer>{{Encode(DateTimeOffset.Now.ToString("yyyy-MM-dd HH:mm zzz", s_culture))}},
            {{Encode(VersionLine.Text.TrimEnd())}}</footer>
            </body>
            </html>

            """);
        return page.ToString();
    }

    private const string Style = """
        :root { --back: #fff; --text: #1d232b; --soft: #5b6570; --grid: #e1e5ea; }
        :root { --inline: #b3261e; --thread: #9a6700; --process: #0b62b8; --shared: #1b7a43; --cluster: #6b3fa0; }
        @media (prefers-color-scheme: dark) {
          :root { --back: #14181d; --text: #e6e9ed; --soft: #9aa5b1; --grid: #2a313a; }
          :root { --inline: #ff8a80; --thread: #f2c14e; --process: #7db8ff; --shared: #7fd6a0; --cluster: #c9a6ff; }
        }
        body { background: var(--back); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
        body { margin: 0 auto; max-width: 44rem; padding: 1rem; }
        h1 { font-size: 1.5rem; line-height: 1.2; } h2 { font-size: 1.15rem; margin: 2rem 0 0; } p { margin: .5rem 0; }
        svg { display: block; width: 100%; height: auto; }
        svg text { fill: var(--soft); font: 13px system-ui, sans-serif; } svg .grid { stroke: var(--grid); }
        svg .line { fill: none; stroke-width: 2; stroke-linejoin: round; } svg .end { fill: none; stroke-width: 2.5; }
        svg .inline { stroke: var(--inline); stroke-dasharray: 7 4; } svg .thread { stroke: var(--thread); stroke-dasharray: 2 3; }
        svg .process { stroke: var(--process); } svg .shared { stroke: var(--shared); stroke-dasharray: 12 3; }
        svg .cluster { stroke: var(--cluster); stroke-dasharray: 1 4; } svg .end { stroke-dasharray: none; }
        svg text.name { stroke: none; font-weight: 600; }
        svg text.inline { fill: var(--inline); } svg text.thread { fill: var(--thread); } svg text.process { fill: var(--process); }
        svg text.shared { fill: var(--shared); } svg text.cluster { fill: var(--cluster); }
        table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
        th, td { border-bottom: 1px solid var(--grid); padding: .3rem .4rem; text-align: right; }
        th:first-child { text-align: left; font-weight: 400; }
        code { overflow-wrap: anywhere; } footer { color: var(--soft); font-size: .85rem; margin-top: 2rem; }
        @media (max-width: 30rem) { table { font-size: .82rem; } th, td { padding: .25rem .2rem; } svg text { font-size: 15px; } }
        @media print { body { max-width: none; padding: 0; } h2 { break-after: avoid; } svg, table { break-inside: avoid; } }
        """;

    private static string Introduction(CompareVerb verb) =>
        $"The same blocking calls ({Text.Name(verb.Work)}) for {DurationText.Format(verb.Duration)} each: inline on the event loop, on "
        + $"{verb.Workers} threads, in {verb.Workers} worker processes, and in {Shared(Contender.Of(verb)[^1].Workers)} "
        + $"{verb.ThreadsPerWorker} calls at once. Each ran in a process of its own, one after the other.";

    private static string Shared(int workers) => workers == 1 ? "one that runs" : $"{workers} that each run";

    private static string LagChartOf(CompareVerb verb, IReadOnlyList<RunTrace> traces)
    {
        double end = verb.Duration.Time.TotalSeconds;
        var chart = new SvgChart(
            "Lag of the event loop over time, a line for each executor",
            Axis.Linear("seconds", end, static value => value.ToString("0.##", s_culture)),
            Axis.Times("lag", 1, traces.Max(static trace => trace.LagMax ?? 1)));
        foreach (RunTrace trace in traces)
        {
            (double X, double Y)[] points = [.. trace.Lags.Select(static sample => (sample.Seconds, sample.Ms))];
            chart.AddLine(trace.Contender.Name, trace.Contender.Style, points);
            if (!trace.Survived && points.Length > 0)
                chart.AddEnd(trace.Contender.Style, points[^1].X, points[^1].Y);
        }
        return chart.ToString();
    }

    private static string LatencyChartOf(IReadOnlyList<RunTrace> traces)
    {
        double[] all = [.. traces.SelectMany(static trace => trace.Latencies)];
        if (all.Length == 0)
            return "<p>No call succeeded.</p>";
        var chart = new SvgChart(
            "Distribution of the latency of calls, a line for each executor",
            Axis.Times("time of a call", all.Min(), all.Max()),
            Axis.Linear("share", 1, static value => string.Create(s_culture, $"{value * 100:0} %")));
        foreach (RunTrace trace in traces)
        {
            (double X, double Y)[] points = [.. trace.Latencies.Select((ms, at) => (ms, (at + 1.0) / trace.Latencies.Count))];
            chart.AddLine(trace.Contender.Name, trace.Contender.Style, points);
        }
        return chart.ToString();
    }

    private static string Machine() => string.Create(
        s_culture,
        $"{RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}, {Environment.ProcessorCount} processors, "
        + $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GiB, {RuntimeInformation.FrameworkDescription}.");

    private static string CommandOf(CompareVerb verb)
    {
        string urls = string.Concat(verb.Urls.Select(static url => $" --url {url.AbsoluteUri}"));
        return $"coordinator compare --work {Text.Name(verb.Work)} --duration {verb.Duration} --workers {verb.Workers} "
            + $"--threads-per-worker {verb.ThreadsPerWorker} --concurrency "
            + $"{verb.Concurrency ?? verb.Workers} --interval {verb.Interval} --timeout {verb.Timeout} "
            + $"--max-worker-memory {verb.MaxWorkerMemory}{urls}"
            + (verb.NodeCount == 0 ? "" : $" --executor cluster --nodes {verb.NodeCount}");
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
