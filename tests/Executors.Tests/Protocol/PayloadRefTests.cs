using System.Text;
using System.Text.Json;
using Offloop.Payloads;
using Offloop.Protocol;

namespace Offloop.Tests.Protocol;

public class PayloadRefTests
{
    [Fact]
    public void Nothing_comes_back_as_nothing()
    {
        Assert.Equal("[0]", Write(default));
        Assert.Equal(default, Read("[0]"));
    }

    [Theory]
    [InlineData("5")]
    [InlineData("null")]
    [InlineData("\"a \\\" b\"")]
    [InlineData("{\"a\":[1,{\"b\":2}]}")]
    [InlineData("[]")]
    [InlineData("[1,2,[3]]")]
    [InlineData("[[],{}]")]
    public void Json_stands_in_the_message_as_it_is(string json)
    {
        PayloadRef given = PayloadRef.Inline(new Payload(PayloadKind.Json, Encoding.UTF8.GetBytes(json)));
        string written = Write(given);
        Assert.Equal($"[1,{json}]", written);
        PayloadRef read = Read(written);
        Assert.Equal((PayloadKind.Json, false, json), (read.Kind, read.IsOnDataPipe, Encoding.UTF8.GetString(read.Bytes.Span)));
    }

    [Fact]
    public void A_message_goes_on_after_its_payload()
    {
        const string Message = """{"sequence":3,"number":7,"value":[1,[1,2]]}""";
        var read = MessageJson.ReadLine<ItemMessage>(Encoding.UTF8.GetBytes(Message))!;
        Assert.Equal((3, 7), (read.Sequence, read.Number));
        Assert.Equal(Message + "\n", Encoding.UTF8.GetString(MessageJson.WriteLine(read)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    public void Raw_bytes_stand_in_the_message(int length)
    {
        byte[] bytes = new byte[length];
        Random.Shared.NextBytes(bytes);
        PayloadRef read = Read(Write(PayloadRef.Inline(new Payload(PayloadKind.Raw, bytes))));
        Assert.Equal((PayloadKind.Raw, false), (read.Kind, read.IsOnDataPipe));
        Assert.Equal(bytes, read.Bytes.ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void What_is_on_the_data_pipe_is_only_mentioned(int kind)
    {
        PayloadRef given = PayloadRef.OnDataPipe((PayloadKind)kind);
        Assert.Equal($"[{kind}]", Write(given));
        Assert.Equal(given, Read($"[{kind}]"));
    }

    [Theory]
    [InlineData("7")]
    [InlineData("[]")]
    [InlineData("[\"1\",2]")]
    [InlineData("[9,1]")]
    [InlineData("[1,2,3]")]
    [InlineData("[2,\"not base64!\"]")]
    [InlineData("[300,1]")]
    public void What_is_no_payload_is_refused(string json) =>
        Assert.ThrowsAny<Exception>(() => Read(json));

    private static string Write(PayloadRef payload)
    {
        using var written = new MemoryStream();
        using (var writer = new Utf8JsonWriter(written))
            payload.Write(writer);
        return Encoding.UTF8.GetString(written.ToArray());
    }

    private static PayloadRef Read(string json)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(json);
        var reader = new Utf8JsonReader(bytes);
        reader.Read();
        return PayloadRef.Read(ref reader, bytes);
    }
}
