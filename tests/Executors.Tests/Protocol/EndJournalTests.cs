using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using Offloop.Payloads;
using Offloop.Protocol;

namespace Offloop.Tests.Protocol;

public sealed class EndJournalTests : IDisposable
{
    private const int Start = 6144;

    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private readonly SafeFileHandle _file;
    private readonly StartMark _mark;

    public EndJournalTests()
    {
        _file = StartMark.Create(_path);
        _mark = new StartMark(_path);
    }

    public void Dispose()
    {
        _mark.Dispose();
        _file.Dispose();
        File.Delete(_path);
    }

    [Fact]
    public void What_was_noted_and_not_cleared_is_read_back()
    {
        Assert.True(_mark.Journal.TryAdd(End(1)));
        _mark.Journal.Clear();
        Assert.Empty(StartMark.EndsIn(StartMark.Read(_file)));

        Assert.True(_mark.Journal.TryAdd(End(2, "\"two\""u8)));
        Assert.True(_mark.Journal.TryAdd(End(3) with { Kind = FinishKind.Skipped }));

        FinishedTask[] ends = StartMark.EndsIn(StartMark.Read(_file));
        Assert.Equal([2, 3], ends.Select(end => end.Sequence));
        Assert.Equal([FinishKind.Returned, FinishKind.Skipped], ends.Select(end => end.Kind));
        Assert.Equal("\"two\""u8.ToArray(), ends[0].Result.Bytes.ToArray());
        Assert.Equal((PayloadKind.Json, 7), (ends[0].Result.Kind, ends[0].Microseconds));
    }

    [Fact]
    public void An_end_that_does_not_fit_or_is_more_than_a_small_result_is_not_taken()
    {
        ExceptionEnvelope error = PayloadFormat.Default.WriteException(new InvalidOperationException("no"));
        Assert.False(_mark.Journal.TryAdd(End(1) with { Error = error }));
        Assert.False(_mark.Journal.TryAdd(End(1) with { Result = PayloadRef.OnDataPipe(PayloadKind.Raw) }));
        Assert.False(_mark.Journal.TryAdd(End(1, new byte[StartMark.FileBytes])));
        int count = 0;
        while (_mark.Journal.TryAdd(End(count + 1, new byte[1000])))
            count++;
        Assert.Equal(count, StartMark.EndsIn(StartMark.Read(_file)).Length);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    [InlineData(StartMark.FileBytes)]
    public void A_journal_that_says_it_is_longer_than_it_can_be_says_nothing(int used)
    {
        byte[] file = new byte[StartMark.FileBytes];
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(Start), used);
        Assert.Empty(StartMark.EndsIn(file));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    [InlineData(1000)]
    public void A_record_that_is_longer_than_the_journal_ends_it(int length)
    {
        Assert.True(_mark.Journal.TryAdd(End(1)));
        Assert.True(_mark.Journal.TryAdd(End(2)));
        byte[] file = StartMark.Read(_file)!;
        int second = Start + sizeof(int) + 14 + 1;
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(second + 2 * sizeof(int)), length);
        Assert.Equal([1], StartMark.EndsIn(file).Select(end => end.Sequence));
    }

    [Fact]
    public void A_file_that_cannot_be_read_has_no_ends() => Assert.Empty(StartMark.EndsIn(null));

    private static FinishedTask End(int sequence) => End(sequence, "1"u8);

    private static FinishedTask End(int sequence, ReadOnlySpan<byte> json) => new()
    {
        Sequence = sequence,
        Kind = FinishKind.Returned,
        Result = PayloadRef.Inline(new Payload(PayloadKind.Json, json.ToArray())),
        Microseconds = 7,
    };
}
