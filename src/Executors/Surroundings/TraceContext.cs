using System.Diagnostics;
using Offloop.Telemetry;

namespace Offloop.Surroundings;

/// <summary>The trace context that travels with a task: the identity of the submitter's activity, its state and its baggage. Immutable.
/// </summary>
internal sealed record TraceContext
{
    private const string ActivityName = "Offloop.Task";

    /// <summary>The id of the submitter's activity: a <c>traceparent</c> of W3C Trace Context, as a rule.</summary>
    public required string Parent { get; init; }

    /// <summary>The <c>tracestate</c> of W3C Trace Context, or null.</summary>
    public string? State { get; init; }

    /// <summary>The baggage, as key, value, key, value, in the order in which it was added. A value that was null is empty.</summary>
    public string[] Baggage { get; init; } = [];

    /// <summary>Returns the context of an activity, or null if the activity has no id, because it was not started.</summary>
    public static TraceContext? Of(Activity activity)
    {
        if (activity.Id is not { } id)
            return null;
        return new TraceContext
        {
            Parent = id,
            State = activity.TraceStateString,
            // An activity lists the baggage that was added last first.
            Baggage = [.. activity.Baggage.Reverse().SelectMany(static pair => (string[])[pair.Key, pair.Value ?? ""])],
        };
    }

    /// <summary>Makes an activity with this parent the current one. It is the span of the run, which is returned, or if nobody listens for
    /// spans, one that only hands the context on to what the task calls.</summary>
    /// <param name="method">The name of the method that runs.</param>
    public Activity? Enter(string method)
    {
        Activity? span = TaskSpans.MakeRun(method, Parent);
        Activity activity = span ?? new Activity(ActivityName).SetParentId(Parent);
        activity.TraceStateString = State;
        for (int i = 0; i + 1 < Baggage.Length; i += 2)
            activity.AddBaggage(Baggage[i], Baggage[i + 1]);
        activity.Start();
        return span;
    }
}
