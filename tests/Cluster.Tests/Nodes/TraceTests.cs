using System.Collections.Concurrent;
using System.Diagnostics;

namespace Offloop.Tests.Nodes;

public sealed class TraceTests
{
    [Fact(Timeout = Waiting.Hang)]
    public async Task A_trace_goes_from_the_submitter_over_the_node_to_the_worker()
    {
        await using var cluster = new TestCluster();
        await cluster.HostAsync(slots: 1);
        using Activity request = new Activity("request").SetIdFormat(ActivityIdFormat.W3C).Start();
        ActivityTraceId trace = request.TraceId;
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "Offloop.Executors",
            // Of this trace alone, because other tests run beside this one.
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.Parent.TraceId == trace ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);

        (string task, string parent) = await cluster.Executor.SubmitAsync(
            static () => (Activity.Current!.TraceId.ToHexString(), Activity.Current.ParentSpanId.ToHexString()));

        await Waiting.UntilAsync(() => spans.Count == 2, "both have ended");
        Activity submit = Assert.Single(spans, static span => span.OperationName.StartsWith("submit ", StringComparison.Ordinal));
        Activity relay = Assert.Single(spans, static span => span.OperationName.StartsWith("relay ", StringComparison.Ordinal));
        Assert.Equal((request.SpanId, submit.SpanId), (submit.ParentSpanId, relay.ParentSpanId));
        Assert.Equal((trace.ToHexString(), relay.SpanId.ToHexString()), (task, parent));
    }
}
