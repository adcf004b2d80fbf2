using System.Globalization;
using System.Text.Json;

namespace Offloop.Tests;

/// <summary>A batch that is ended in its middle. Two of its items hang and hold both workers, so it cannot come to its end
/// before.</summary>
public sealed class NightlyBatchTests : IDisposable
{
    private const int Items = 30;

    private readonly TemporaryFolder _folder = new();

    private string Journal => Path.Combine(_folder.Path, "invoices.jsonl");

    [Fact(Timeout = Sample.Patience)]
    public async Task A_batch_that_is_killed_goes_on_and_has_each_item_once()
    {
        await using (Sample killed = Start(seconds: 1000))
            await Waiting.UntilAsync(() => Ended().Length >= 12, "a part of the items has ended");
        int before = Ended().Length;
        File.AppendAllText(Journal, """{"Item":27,"Resu"""); // a kill in the middle of a write

        string[] lines = await Sample.RunAsync(3, "NightlyBatch", Journal, $"{Items}", "2");

        Assert.InRange(before, 12, Items - 1);
        Assert.Equal($"{before} of {Items} items are done already", lines[0]);
        Assert.Equal(Enumerable.Range(1, Items), Ended().Order());
        Assert.Equal($"{Items - 5} ok, 5 failed", lines[^1]);
        Assert.Equal(["10", "13", "20", "26", "30"], lines.Where(static line => line.StartsWith("item ", StringComparison.Ordinal))
            .Select(static line => line.Split(' ')[1]));
        string hung = Assert.Single(lines, static line => line.StartsWith("item 13 failed", StringComparison.Ordinal));
        Assert.Contains("longer than its timeout", hung, StringComparison.Ordinal);
    }

    [Fact(Timeout = Sample.Patience)]
    public async Task A_signal_ends_a_batch_in_order()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no such signal.");
        await using Sample batch = Start(seconds: 1000);
        await Waiting.UntilAsync(() => Ended().Length >= 5, "some items have ended");

        batch.Program.Terminate();

        Assert.Equal(130, await batch.Program.EndAsync());
        string last = string.Create(
            CultureInfo.InvariantCulture, $"interrupted after {Ended().Length} of {Items} items; the same command goes on");
        Assert.Contains(last, batch.Program.Lines);
    }

    public void Dispose() => _folder.Dispose();

    private Sample Start(int seconds) => new("NightlyBatch", [], Journal, $"{Items}", $"{seconds}");

    /// <summary>The items of the whole lines in the file.</summary>
    private int[] Ended()
    {
        if (!File.Exists(Journal))
            return [];
        using var file = new StreamReader(new FileStream(Journal, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        string text = file.ReadToEnd();
        return [.. text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => JsonDocument.Parse(line).RootElement.GetProperty("Item").GetInt32())];
    }
}
