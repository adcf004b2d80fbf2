using Offloop.Coordinator.Clustering;
using Offloop.Coordinator.Fetching;
using Offloop.Coordinator.Statistics;

namespace Offloop.Coordinator.Output;

/// <summary>A format of the results. The event loop's thread writes ticks and fetches; the summary follows when the loop has
/// ended.</summary>
internal abstract class RunOutput(bool verbose)
{
    public abstract void Tick(DateTimeOffset time, TimeSpan lag);

    /// <param name="number">The number of the fetch, counted from 1.</param>
    /// <param name="result">The outcome of the fetch.</param>
    /// <param name="isNews">Whether it failed in a way that no fetch before it did.</param>
    public virtual void Fetch(long number, FetchResult result, bool isNews)
    {
        if (verbose)
            Console.Error.WriteLine(Text.Of(number, result));
        else if (isNews)
            Console.Error.WriteLine($"fetch failed: {result.Failure!.Message}");
    }

    /// <summary>Tells what has become of a node of a cluster.</summary>
    public virtual void Node(NodeNews news) => Console.Error.WriteLine($"cluster: {news.Sentence}.");

    public abstract void Summary(RunSummary summary);
}
