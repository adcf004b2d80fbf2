using System.Text;
using Offloop.Coordinator.Mapping;

namespace Offloop.Tests.Mapping;

public class LineReaderTests
{
    [Theory]
    [InlineData("", new string[0])]
    [InlineData("a", new[] { "a" })]
    [InlineData("a\n", new[] { "a" })]
    [InlineData("a\r\n\r\nb", new[] { "a", "", "b" })]
    [InlineData("\n\n", new[] { "", "" })]
    [InlineData("a\rb\n", new[] { "a\rb" })]
    public async Task Lines_end_with_a_line_feed_or_with_the_input(string text, string[] expected)
    {
        using LineReader reader = Of(text);

        Assert.Equal(expected, (await ReadAllAsync(reader)).Select(line => line.Text));
        Assert.True(reader.IsAtEnd);
        Assert.Equal((expected.Length, Encoding.UTF8.GetByteCount(text)), (reader.Position.Lines, reader.Position.Bytes));
    }

    [Fact]
    public async Task The_same_bytes_have_the_same_digest_however_they_come()
    {
        string text = string.Concat(Enumerable.Range(0, 20_000).Select(number => $"line {number}\n"));
        using LineReader whole = Of(text);
        using var pieces = new LineReader(new Trickle(Encoding.UTF8.GetBytes(text)));
        await ReadAllAsync(whole);
        await ReadAllAsync(pieces);

        Assert.Equal(whole.Position, pieces.Position);
    }

    [Fact]
    public async Task A_line_that_is_too_long_is_told_and_the_next_one_is_read()
    {
        using var reader = new LineReader(new Repeated(LineReader.LongestLine + 5, Encoding.UTF8.GetBytes("\nb\n")));
        var lines = new List<InputLine>();
        await foreach (InputLine line in reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            lines.Add(line);
            Assert.Equal(lines.Count, reader.Position.Lines);
        }

        Assert.Equal("it is longer than 64 MiB", lines[0].Problem);
        Assert.Equal(("b", null), (lines[1].Text, lines[1].Problem));
        Assert.Equal(LineReader.LongestLine + 8, reader.Position.Bytes);
    }

    [Fact]
    public async Task A_read_that_waits_is_left_when_it_is_cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        using var reader = new LineReader(new Silent());
        Task<List<InputLine>> reading = ReadAllAsync(reader, cancellation.Token);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    private static LineReader Of(string text) => new(new MemoryStream(Encoding.UTF8.GetBytes(text)));

    private static Task<List<InputLine>> ReadAllAsync(LineReader reader) => ReadAllAsync(reader, TestContext.Current.CancellationToken);

    private static async Task<List<InputLine>> ReadAllAsync(LineReader reader, CancellationToken cancellationToken)
    {
        List<InputLine> lines = [];
        await foreach (InputLine line in reader.ReadAsync(cancellationToken))
            lines.Add(line);
        return lines;
    }

    /// <summary>A stream that gives a few bytes at a time.</summary>
    private sealed class Trickle(byte[] bytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, 7)], cancellationToken);
    }

    /// <summary>A stream of many bytes x and then some others.</summary>
    private sealed class Repeated(int count, byte[] rest) : MemoryStream(rest)
    {
        private int _left = count;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_left == 0)
                return base.ReadAsync(buffer, cancellationToken);
            int length = Math.Min(_left, buffer.Length);
            buffer.Span[..length].Fill((byte)'x');
            _left -= length;
            return ValueTask.FromResult(length);
        }
    }

    /// <summary>A stream that nothing comes from, and whose reads cannot be cancelled, as of a terminal.</summary>
    private sealed class Silent : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            new(new TaskCompletionSource<int>().Task);
    }
}
