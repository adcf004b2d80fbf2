using System.Globalization;
using Offloop.Model.Events;

namespace Offloop.Model;

/// <summary>What a run has covered.</summary>
internal sealed record ModelResult(long Events, int Schedulers, long Tasks, long Slots);

/// <summary>Drives one scheduler after another with random events. The same seed gives the same events, whatever their number is.</summary>
internal static class ModelRun
{
    /// <summary>Runs until <paramref name="events"/> have happened and the last scheduler is drained. Throws
    /// <see cref="BrokenPromiseException"/> with the seed, the event and the last events before it.</summary>
    public static ModelResult Run(int seed, long events)
    {
        var random = new Random(seed);
        var history = new History();
        (int schedulers, long tasks, long slots) = (0, 0, 0);
        while (history.Count < events)
        {
            var episode = new Episode(random, history);
            try
            {
                for (int left = random.Next(20, random.Next(3) == 0 ? 1_500 : 300); left > 0 && history.Count < events; left--)
                    episode.Step();
                episode.Drain();
            }
            catch (Exception error) // whatever the scheduler throws, it must not
            {
                throw new BrokenPromiseException(Report(seed, events, history, episode, error), error);
            }
            schedulers++;
            tasks += episode.Model.Tasks.Count;
            slots += episode.Model.Slots.Count;
        }
        return new ModelResult(history.Count, schedulers, tasks, slots);
    }

    private static string Report(int seed, long events, History history, Episode episode, Exception error)
    {
        while (error is AggregateException { InnerException: { } inner })
            error = inner;
        string sentence = error is BrokenPromiseException ? error.Message : $"The scheduler threw {error}";
        return string.Create(CultureInfo.InvariantCulture,
            $"""
            {sentence}
            At event {history.Count}; again with: ./build.cmd model --seed {seed} --events {Math.Min(events, history.Count)}
            The scheduler: {episode}
            The last events:
            {history}
            """);
    }
}
