using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Offloop.Payloads;
using Offloop.Protocol;

namespace Offloop.Tests.Protocol;

/// <summary>One table drives reading, writing and the documentation of each message.</summary>
public sealed class MessageTablesTests
{
    private static readonly RunRequest s_request = new()
    {
        Sequence = 3,
        Method = 4,
        TaskId = 5,
        Attempt = 6,
        Argument = PayloadRef.Inline(new Payload(PayloadKind.Json, "[7]"u8.ToArray())),
    };

    public static TheoryData<string> Names() => [.. MessageTables.All.Select(shape => shape.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_field_has_one_name(string message)
    {
        IReadOnlyList<WireField> table = Shape(message).Describe();
        Assert.NotEmpty(table);
        Assert.InRange(table.Count, 1, 32); // the fields that have been read are kept in 32 bits
        Assert.Equal(table.Count, table.Select(field => field.Name).Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_message_without_a_required_field_is_refused_by_name(string message)
    {
        MessageShape shape = Shape(message);
        if (shape.Describe().FirstOrDefault(field => field.Need == Need.Required) is not { } first)
            return;
        var error = Assert.Throws<JsonException>(() => MessageJson.Read("{}"u8.ToArray(), shape.Type));
        Assert.Equal($"A {shape.Name} has no {first.Name}.", error.Message);
    }

    [Fact]
    public void Fields_may_come_in_any_order_and_among_others()
    {
        var written = (JsonObject)JsonNode.Parse(MessageJson.WriteLine(s_request))!;
        var reversed = new JsonObject(written.Reverse().Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())))
        {
            ["other"] = new JsonObject { ["sequence"] = -1, ["items"] = new JsonArray(1, "2", new JsonArray()) },
        };
        reversed.Insert(2, "another", null);

        var read = MessageJson.ReadLine<RunRequest>(Encoding.UTF8.GetBytes(reversed.ToJsonString()));

        Assert.Equal(s_request with { Argument = default }, read! with { Argument = default });
        Assert.Equal("[7]", Encoding.UTF8.GetString(read.Argument.Bytes.Span));
    }

    [Fact]
    public void What_has_its_default_does_not_travel() => Assert.Equal(
        """{"sequence":3,"method":4,"taskId":5,"attempt":6,"argument":[1,[7]]}""" + "\n",
        Encoding.UTF8.GetString(MessageJson.WriteLine(s_request)));

    [Fact]
    public void A_message_inside_another_keeps_the_count_of_the_outer_one()
    {
        const string Json = """{"kind":1,"error":{"message":"m","inner":[{"message":"n","type":"U"},null],"type":"T"},"microseconds":9}""";
        var error = Assert.Throws<JsonException>(() => MessageJson.Read(Encoding.UTF8.GetBytes(Json), typeof(FinishedTask)));
        Assert.Equal("A FinishedTask has no sequence.", error.Message);

        string complete = Json.Replace("\"kind\"", "\"sequence\":2,\"kind\"", StringComparison.Ordinal);
        var whole = (FinishedTask)MessageJson.Read(Encoding.UTF8.GetBytes(complete), typeof(FinishedTask))!;
        Assert.Equal(
            (2, FinishKind.Threw, 9L, "T", "U"),
            (whole.Sequence, whole.Kind, whole.Microseconds, whole.Error!.Type, Assert.Single(whole.Error.Inner).Type));
    }

    private static MessageShape Shape(string name) => MessageTables.All.Single(shape => shape.Name == name);
}
