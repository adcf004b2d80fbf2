using Offloop.Coordinator.Fetching;
using Offloop.Coordinator.Statistics;

namespace Offloop.Coordinator.Output;

/// <summary>A format of the results. Ticks and fetches are written on the event loop's thread, the summary after it has ended.</summary>
internal abstract class RunOutput(bool verbose)
{
    public abstract void Tick(DateTimeOffset time, TimeSpan lag);

    /// <param name="number">Which fetch it was, counted from 1.</param>
    /// <param name="result">What became of it.</param>
    /// <param name="isNews">Whether it failed in a way that none before it did.</param>
    public virtual void Fetch(long number, FetchResult result, bool isNews)
    {
        if (verbose)
            Console.Error.WriteLine(Text.Of(number, result));
        else if (isNews)
            Console.Error.WriteLine($"fetch failed: {result.Failure!.Message}");
    }

    public abstract void Summary(RunSummary summary);
}
