using System.Text;
using Nerdbank.Streams;
using Offloop.Workers;

namespace Offloop.Tests.Workers;

public class OutputReaderTests
{
    [Fact(Timeout = Waiting.Hang)]
    public async Task Lines_come_one_by_one_without_their_ends()
    {
        (_, List<string> lines) = await ReadAsync("one\ntwo\r\n\nfour äöü\nno end");
        Assert.Equal(["one", "two", "", "four äöü", "no end"], lines);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_line_comes_as_soon_as_it_has_ended()
    {
        (Stream writer, Stream reader) = FullDuplexStream.CreatePair();
        var first = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var output = new OutputReader(reader, (line, _) => first.TrySetResult(line));
        await writer.WriteAsync("half "u8.ToArray());
        await writer.WriteAsync("a line\nand more"u8.ToArray());
        Assert.Equal("half a line", await first.Task);
        Assert.Equal("half a line", output.Tail);
        await writer.DisposeAsync();
        await output.Completion;
        Assert.Equal($"half a line{Environment.NewLine}and more", output.Tail);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_line_that_does_not_end_is_cut_and_nothing_is_lost()
    {
        (OutputReader output, List<string> lines) = await ReadAsync(new string('x', 100_000) + "\nend");
        Assert.Equal(100_003, lines.Sum(line => line.Length));
        Assert.All(lines, line => Assert.True(line.Length <= 16 << 10));
        Assert.Equal("end", lines[^1]);
        Assert.True(output.Tail.Length < 20 * 600);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task The_tail_holds_the_last_lines_only()
    {
        string text = string.Concat(Enumerable.Range(0, 1000).Select(number => $"line {number}\n"));
        (OutputReader output, List<string> lines) = await ReadAsync(text);
        Assert.Equal(1000, lines.Count);
        string[] tail = output.Tail.Split(Environment.NewLine);
        Assert.Equal(20, tail.Length);
        Assert.Equal(("line 980", "line 999"), (tail[0], tail[^1]));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task The_reason_for_a_crash_stays_in_the_tail_above_a_long_stack()
    {
        string stack = string.Concat(Enumerable.Range(0, 40).Select(number => $"   at Frame{number}()\n"));
        (OutputReader output, List<string> lines) = await ReadAsync($"Process terminated.\nthe reason\n{stack}the end\n");
        Assert.Equal(43, lines.Count);
        string[] tail = output.Tail.Split(Environment.NewLine);
        Assert.Equal(["Process terminated.", "the reason", "   at Frame0()"], tail[..3]);
        Assert.Equal(["   at Frame9()", "   … and 30 more", "the end"], tail[^3..]);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task Marked_lines_are_told_with_their_task_and_joined()
    {
        var lines = new List<(string, long?)>();
        await ReadAsync("\u001E7 one\n\u001E7+half \nplain\n\u001E8 other\n\u001E7 a line\nnative\u001E9 own\n\u001E7+no end\n", lines);
        Assert.Equal(
            [("one", 7), ("plain", null), ("other", 8), ("half a line", 7), ("native", null), ("own", 9), ("no end", 7)], lines);
    }

    [Theory(Timeout = Waiting.Hang)]
    [InlineData("\u001E")]
    [InlineData("\u001E7")]
    [InlineData("\u001E x")]
    [InlineData("\u001E-7 x")]
    [InlineData("\u001E99999999999999999999 x")]
    public async Task What_only_looks_like_a_mark_is_text(string line)
    {
        var lines = new List<(string, long?)>();
        await ReadAsync(line + "\n", lines);
        Assert.Equal([(line, null)], lines);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task Lines_that_never_end_do_not_pile_up()
    {
        var lines = new List<(string, long?)>();
        await ReadAsync(string.Concat(Enumerable.Range(1, 1000).Select(static task => $"\u001E{task}+{task}\n")), lines);
        Assert.Equal(
            Enumerable.Range(1, 1000).Select(static task => $"{task}"), lines.OrderBy(line => line.Item2).Select(line => line.Item1));
    }

    private static async Task ReadAsync(string text, List<(string, long?)> lines)
    {
        var output = new OutputReader(new MemoryStream(Encoding.UTF8.GetBytes(text)), (line, task) => lines.Add((line, task)));
        await output.Completion;
    }

    private static async Task<(OutputReader Output, List<string> Lines)> ReadAsync(string text)
    {
        var lines = new List<string>();
        var output = new OutputReader(new MemoryStream(Encoding.UTF8.GetBytes(text)), (line, _) => lines.Add(line));
        await output.Completion;
        return (output, lines);
    }
}
