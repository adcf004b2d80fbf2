namespace Offloop.Coordinator.Comparing;

/// <summary>The lag over time in letters, one row for each executor: the higher the letter, the later the loop.</summary>
internal static class LagChart
{
    private const string Blocks = "▁▂▃▄▅▆▇█";
    private const string Letters = ".:-=+*#@";

    /// <summary>From 1 ms to 10 s and more, half a power of ten for each letter.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<RunTrace> traces, int width, bool unicode)
    {
        string letters = unicode ? Blocks : Letters;
        double end = traces.Max(static trace => trace.Ran.TotalSeconds);
        int label = traces.Max(static trace => trace.Contender.Name.Length) + 2;
        int columns = Math.Max(10, Math.Min(width - label - 1, 70));
        yield return $"lag over {end:0.#} s: {letters[0]} below 1 ms, {letters[2]} 10 ms, {letters[4]} 100 ms, {letters[6]} 1 s and more";
        foreach (RunTrace trace in traces)
        {
            char[] row = [.. Enumerable.Repeat(' ', columns)];
            foreach (IGrouping<int, LagSample> column in trace.Lags.GroupBy(sample => (int)(sample.Seconds / end * columns)))
            {
                if (column.Key < columns)
                    row[column.Key] = letters[LevelOf(column.Max(static sample => sample.Ms))];
            }
            // Few ticks leave gaps between them, in which the loop was as before.
            for (int i = 1; i < columns; i++)
            {
                if (row[i] == ' ' && (i + 0.5) / columns * end < trace.Ran.TotalSeconds)
                    row[i] = row[i - 1];
            }
            string name = trace.Contender.Name;
            yield return $"{name.PadRight(label)}{new string(row).TrimEnd()}{(trace.Survived ? "" : unicode ? "✗" : "x")}";
        }
    }

    /// <summary>0 below a millisecond, and two more for each power of ten.</summary>
    private static int LevelOf(double ms) => ms < 1 ? 0 : Math.Clamp((int)Math.Floor(Math.Log10(ms) * 2), 0, Blocks.Length - 1);
}
