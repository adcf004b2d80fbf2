namespace Offloop.Tests.Options;

public class MapOptionsTests
{
    [Fact]
    public void The_defaults_are_as_documented()
    {
        var options = new MapOptions();
        Assert.True(options.Ordered);
        Assert.Null(options.BufferSize);
        Assert.Null(options.ChunkSize);
        Assert.Null(options.Item);
    }

    [Theory]
    [Trait("Conformance", "D35")]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void A_buffer_size_below_one_is_refused(int size)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new MapOptions { BufferSize = size });
        Assert.Equal("BufferSize", error.ParamName);
        Assert.Contains($"BufferSize is {size}, but it must be 1 or more", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Conformance", "D31")]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_chunk_size_below_one_is_refused(int size)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new MapOptions { ChunkSize = size });
        Assert.Equal("ChunkSize", error.ParamName);
        Assert.Contains($"ChunkSize is {size}, but it must be 1 or more", error.Message, StringComparison.Ordinal);
    }
}
