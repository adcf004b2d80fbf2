using System.Globalization;
using Offloop.Coordinator.Output;

namespace Offloop.Coordinator.Live;

/// <summary>What the live view shows at one moment, as lines of text that fit a terminal.</summary>
internal sealed record LiveFrame
{
    private const string Blocks = "▁▂▃▄▅▆▇█";
    private const string Letters = ".:-=+*#@";
    private const int WithTask = 64;
    private static readonly CultureInfo s_culture = CultureInfo.InvariantCulture;

    /// <summary>What runs, in words.</summary>
    public required string Title { get; init; }

    /// <summary>The time of the last tick, or null before the first.</summary>
    public required DateTimeOffset? Tick { get; init; }

    /// <summary>The lag of the ticks in milliseconds, the latest last.</summary>
    public required IReadOnlyList<double> Lags { get; init; }

    public required long Ok { get; init; }

    public required long Failed { get; init; }

    public required double PerSecond { get; init; }

    public required ExecutorSnapshot? Snapshot { get; init; }

    /// <summary>Workers that took the place of others.</summary>
    public required int Restarts { get; init; }

    /// <summary>The last failures, the latest last.</summary>
    public required IReadOnlyList<string> Failures { get; init; }

    /// <summary>What the keys do now.</summary>
    public required string Keys { get; init; }

    /// <summary>The lines, none longer than <paramref name="width"/> and no more than <paramref name="height"/>. What matters most comes
    /// first, and workers that do not fit are counted.</summary>
    public IReadOnlyList<string> Lines(int width, int height, bool unicode)
    {
        string lag = Lags.Count == 0 ? "" : $"lag {Ms(Lags[^1])}, max {Ms(Lags.Max())}";
        List<string> lines =
        [
            Title,
            $"tick {Tick?.ToString(width < WithTask ? "HH:mm:ss.ff" : "HH:mm:ss.ffffff", s_culture) ?? "-"}  {lag}",
            Sparkline(width, unicode),
            string.Create(
                s_culture,
                $"{Ok:#,0} ok, {Failed:#,0} failed, {PerSecond:0.0}/s, queue {Snapshot?.Queued ?? 0}, restarts {Restarts}"),
        ];
        int room = height - lines.Count - 2; // the keys, and the row of the cursor
        string[] failures = Failures.Count == 0 ? [] : ["last failures:", .. Failures.Select(static failure => $"  {failure}")];
        string[] workers = [.. Workers(width)];
        int forWorkers = Math.Max(Math.Min(workers.Length, room), room - failures.Length);
        if (workers.Length > forWorkers && forWorkers > 0)
            workers = [.. workers.Take(forWorkers - 1), $"… and {workers.Length - forWorkers + 1} more"];
        lines.AddRange(workers.Take(Math.Max(0, room)));
        lines.AddRange(failures.Take(Math.Max(0, room - workers.Length)));
        lines.Add(Keys);
        return [.. lines.Take(height - 1).Select(line => line.Length < width ? line : line[..Math.Max(0, width - 1)])];
    }

    private IEnumerable<string> Workers(int width)
    {
        if (Snapshot is not { Workers.Count: > 0 } snapshot)
            yield break;
        int most = snapshot.Workers.Max(static worker => worker.Node?.Name.Length ?? 0);
        int name = most == 0 ? 0 : Math.Clamp(most + 2, 8, 24);
        int task = width < WithTask ? 0 : Math.Max(1, width - 38 - Math.Max(8, name));
        yield return Row(name, task, name == 0 ? "pid" : "node", "state", "task", "age", "done", "memory");
        foreach (WorkerSnapshot worker in snapshot.Workers)
        {
            TaskSnapshot? current = worker.Tasks.Count > 0 ? worker.Tasks[0] : null;
            string more = worker.Tasks.Count > 1 ? string.Create(s_culture, $" and {worker.Tasks.Count - 1} more") : "";
            string who = worker.Node?.Name ?? worker.ProcessId?.ToString(s_culture) ?? $"#{worker.Id}";
            yield return Row(
                name, task, who, $"{worker.State}".ToLowerInvariant(),
                current is null ? "" : current.Name + more,
                current is null ? "" : Ms(current.Age.TotalMilliseconds), worker.TasksDone.ToString("#,0", s_culture),
                worker.ResidentBytes is { } bytes ? string.Create(s_culture, $"{bytes >> 20} MiB") : "");
        }
    }

    private static string Row(int first, int second, string who, string state, string task, string age, string done, string memory)
    {
        return second == 0
            ? $"{Fit(who, Math.Max(first, 7))}{state,-9}{age,7}{done,7}{memory,9}"
            : $"{Fit(who, Math.Max(first, 8))}{state,-9}{Fit(task, second)}{age,8}{done,7}{memory,9}";
    }

    private static string Fit(string text, int width) => (text.Length < width ? text : text[..(width - 1)]).PadRight(width);

    /// <summary>The lag of as many ticks as fit, half a power of ten for each letter from a millisecond on.</summary>
    private string Sparkline(int width, bool unicode)
    {
        string letters = unicode ? Blocks : Letters;
        IEnumerable<double> last = Lags.TakeLast(Math.Max(1, width - 2));
        return string.Concat(last.Select(ms => letters[ms < 1 ? 0 : Math.Clamp((int)(Math.Log10(ms) * 2), 0, letters.Length - 1)]));
    }

    private static string Ms(double ms) => Text.Brief(ms);
}
