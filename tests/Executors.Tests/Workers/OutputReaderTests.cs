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
        var output = new OutputReader(reader, line => first.TrySetResult(line));
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

    private static async Task<(OutputReader Output, List<string> Lines)> ReadAsync(string text)
    {
        var lines = new List<string>();
        var output = new OutputReader(new MemoryStream(Encoding.UTF8.GetBytes(text)), lines.Add);
        await output.Completion;
        return (output, lines);
    }
}
