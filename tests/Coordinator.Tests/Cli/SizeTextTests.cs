using Offloop.Coordinator.Cli;

namespace Offloop.Tests.Cli;

public class SizeTextTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("512", 512)]
    [InlineData("10KiB", 10 << 10)]
    [InlineData("1MiB", 1 << 20)]
    [InlineData("1GiB", 1 << 30)]
    [InlineData("1TiB", 1L << 40)]
    public void A_number_with_or_without_a_unit_is_a_size(string text, long bytes)
    {
        Assert.True(SizeText.TryParse(text, out long value));
        Assert.Equal(bytes, value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("KiB")]
    [InlineData("-1")]
    [InlineData("1.5MiB")]
    [InlineData("10KB")]
    [InlineData("10 KiB")]
    [InlineData("2TiB")]
    [InlineData("1025GiB")]
    [InlineData("9223372036854775807GiB")]
    [InlineData("99999999999999")]
    public void Anything_else_is_refused(string text) => Assert.False(SizeText.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0 bytes")]
    [InlineData(1_500, "1500 bytes")]
    [InlineData(10 << 10, "10 KiB")]
    [InlineData(3 << 20, "3 MiB")]
    public void It_is_written_for_people(int bytes, string text) => Assert.Equal(text, SizeText.Format(bytes));
}
