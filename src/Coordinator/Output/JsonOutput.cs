using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Offloop.Coordinator.Clustering;
using Offloop.Coordinator.Fetching;
using Offloop.Coordinator.Statistics;

namespace Offloop.Coordinator.Output;

/// <summary>Writes one JSON object per line to stdout: for every tick, for every fetch and, at the end, for the summary.</summary>
internal sealed class JsonOutput(bool verbose) : RunOutput(verbose)
{
    public override void Tick(DateTimeOffset time, TimeSpan lag) => Write(TickEvent.Of(time, lag), JsonEvents.Default.TickEvent);

    public override void Fetch(long number, FetchResult result, bool isNews)
    {
        Write(TaskEvent.Of(result), JsonEvents.Default.TaskEvent);
        base.Fetch(number, result, isNews);
    }

    public override void Node(NodeNews news)
    {
        Write(NodeEvent.Of(news), JsonEvents.Default.NodeEvent);
        base.Node(news);
    }

    public override void Summary(RunSummary summary) => Write(SummaryEvent.Of(summary), JsonEvents.Default.SummaryEvent);

    private static void Write<T>(T line, JsonTypeInfo<T> type) =>
        StandardOutput.Write([.. JsonSerializer.SerializeToUtf8Bytes(line, type), (byte)'\n']);
}
