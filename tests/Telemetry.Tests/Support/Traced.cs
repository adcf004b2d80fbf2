using System.Collections.Concurrent;
using System.Diagnostics;

namespace Offloop.Tests.Support;

/// <summary>Listens to the library's spans, and to the test's own.</summary>
internal sealed class Traced : IDisposable
{
    public static ActivitySource Own { get; } = new("Test");

    private readonly ActivityListener _listener;
    private readonly ConcurrentQueue<Activity> _ended = new();

    public Traced()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name is "Offloop.Executors" or "Test",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>The only span of this name. Its end is told a moment after the caller knows the outcome.</summary>
    public async Task<Activity> SpanAsync(string name)
    {
        while (!_ended.Any(span => span.OperationName == name))
            await Task.Delay(5, TestContext.Current.CancellationToken);
        return _ended.Single(span => span.OperationName == name);
    }

    public void Dispose() => _listener.Dispose();
}
