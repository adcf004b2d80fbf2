using System.Buffers;
using System.Text;
using System.Text.Json;
using Offloop.Coordinator.Mapping;

namespace Offloop.Tests.Mapping;

public class ResultLineTests
{
    [Fact]
    public void A_line_that_was_written_is_known_again()
    {
        var buffer = new ArrayBufferWriter<byte>();
        ResultLine.Write(
            buffer, 1234567890123, new LineResult { Result = JsonElement.Parse("[1]"), Attempt = 2, Ms = 0.5, WorkerPid = 7 });
        string line = Encoding.UTF8.GetString(buffer.WrittenSpan);

        Assert.Equal("{\"index\":1234567890123,\"ok\":true,\"result\":[1],\"attempt\":2,\"ms\":0.5,\"workerPid\":7}\n", line);
        Assert.Null(ResultLine.IndexOf(Encoding.UTF8.GetBytes(line.TrimEnd()))); // no input has so many lines
        Assert.Equal(12, ResultLine.IndexOf("{\"index\":12,\"ok\":true,\"result\":[1]}"u8));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("{\"index\":1}")]
    [InlineData("{\"index\":-1,\"ok\":true}")]
    [InlineData("{\"index\":x,\"ok\":true}")]
    [InlineData("{\"index\":1,\"ok\":true")]
    [InlineData("{\"ok\":true,\"index\":1}")]
    [InlineData("{\"index\":99999999999999999999,\"ok\":true}")]
    public void Anything_else_is_none(string line) => Assert.Null(ResultLine.IndexOf(Encoding.UTF8.GetBytes(line)));

    [Fact]
    public void A_failure_of_the_executor_tells_its_facts()
    {
        var buffer = new ArrayBufferWriter<byte>();
        var failure = new TaskFailure { Cause = FailureCause.Timeout, Phase = TaskPhase.Running, ProcessId = 9, Attempt = 3 };
        ResultLine.Write(buffer, 4, new TaskTimeoutException("too long", failure));

        JsonElement line = JsonElement.Parse(buffer.WrittenSpan);
        Assert.False(line.GetProperty("ok").GetBoolean());
        Assert.Equal("too long", line.GetProperty("error").GetProperty("message").GetString());
        Assert.Equal(
            ("Timeout", "Running", 3, 9),
            (line.GetProperty("cause").GetString(), line.GetProperty("phase").GetString(), line.GetProperty("attempt").GetInt32(),
                line.GetProperty("workerPid").GetInt32()));
    }

    [Fact]
    public void Done_lines_take_a_bit_each()
    {
        var done = new DoneLines();

        Assert.True(done.Add(0));
        Assert.True(done.Add(100_000));
        Assert.False(done.Add(100_000));
        Assert.True(done.Contains(100_000));
        Assert.False(done.Contains(99_999));
        Assert.False(done.Contains(10_000_000));
        Assert.Equal(2, done.Count);
    }
}
