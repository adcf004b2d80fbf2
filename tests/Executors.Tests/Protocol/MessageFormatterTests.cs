using System.Buffers;
using System.Text;
using System.Text.Json;
using Offloop.Invocation;
using Offloop.Payloads;
using Offloop.Protocol;
using StreamJsonRpc;
using StreamJsonRpc.Protocol;

namespace Offloop.Tests.Protocol;

public sealed class MessageFormatterTests
{
    private static readonly MethodIdentity s_method = new()
    {
        Assembly = "A, Version=1.0.0.0",
        ModuleVersion = Guid.NewGuid(),
        Token = 0x06000001,
        DisplayName = "A.B",
        Kind = CallKind.Context | CallKind.Async,
        ClosedDeclaringType = "A.B`1[[C]]",
        GenericArguments = ["T1", "T2"],
        ArgumentType = "System.Int32",
        ResultType = "System.String",
    };

    private readonly MessageFormatter _formatter = new();

    [Fact]
    public void A_batch_comes_back_whole()
    {
        RunRequest full = new()
        {
            Sequence = 3,
            Method = 4,
            Definition = s_method,
            TaskId = long.MaxValue,
            Attempt = 2,
            ReportStart = true,
            ProgressType = "System.Double",
            Credit = 16,
            Argument = Json("""{"a":[1,"}"]}"""),
        };
        RunRequest bare = new() { Sequence = 4, Method = 4, TaskId = 8, Attempt = 1, Argument = default };

        RunBatch batch = Assert.IsType<RunBatch>(Return(new RunBatch([full, bare]), typeof(RunBatch)));

        Assert.Equal(2, batch.Items.Length);
        Assert.Equal(Text(full.Argument), Text(batch.Items[0].Argument));
        Assert.Equal(s_method.GenericArguments, batch.Items[0].Definition!.GenericArguments);
        Assert.Equal(full with { Argument = default, Definition = null }, batch.Items[0] with { Argument = default, Definition = null });
        Assert.Equal(s_method with { GenericArguments = [] }, batch.Items[0].Definition! with { GenericArguments = [] }, SameMethod);
        Assert.Equal(bare, batch.Items[1]);
    }

    [Fact]
    public void A_report_comes_back_whole()
    {
        FinishedTask returned = new() { Sequence = 1, Kind = FinishKind.Returned, Result = Json("[1,[2]]"), Microseconds = 12 };
        FinishedTask large = new() { Sequence = 2, Kind = FinishKind.Returned, Result = PayloadRef.OnDataPipe(PayloadKind.Raw) };
        FinishedTask threw = new() { Sequence = 3, Kind = FinishKind.Threw, Error = ExceptionEnvelope.From(new InvalidOperationException("no", new IOException("inner"))) };

        var report = Assert.IsType<WorkerReport>(Return(new WorkerReport { Finished = [returned, large, threw], GivenBack = [7, 8], Started = 9 }, typeof(WorkerReport)));

        Assert.Equal([1, 2, 3], report.Finished.Select(finished => finished.Sequence));
        Assert.Equal("[1,[2]]", Text(report.Finished[0].Result));
        Assert.Equal(12, report.Finished[0].Microseconds);
        Assert.Equal(large, report.Finished[1]);
        Assert.Equal(("no", "inner"), (report.Finished[2].Error!.Message, report.Finished[2].Error!.Inner[0].Message));
        Assert.Equal([7, 8], report.GivenBack);
        Assert.Equal(9, report.Started);
    }

    [Fact]
    public void Answers_and_errors_come_back()
    {
        var result = Assert.IsType<JsonRpcResult>(Pass(new JsonRpcResult { RequestId = new RequestId(5), Result = null }), exactMatch: false);
        Assert.Null(result.GetResult<ExceptionEnvelope?>());
        Assert.Equal(5, result.RequestId.Number);

        var error = Assert.IsType<JsonRpcError>(Pass(new JsonRpcError
        {
            RequestId = new RequestId("six"),
            Error = new JsonRpcError.ErrorDetail { Code = JsonRpcErrorCode.MethodNotFound, Message = "no \"such\" method" },
        }));
        Assert.Equal(("six", JsonRpcErrorCode.MethodNotFound, "no \"such\" method"), (error.RequestId.String, error.Error!.Code, error.Error.Message));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"jsonrpc":"2.0","method":null}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"run","params":3}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"run","params":[""")]
    [InlineData("""{"jsonrpc":"2.0","method":"run"} x""")]
    [InlineData("""{"jsonrpc":"2.0","id":{},"result":null}""")]
    public void What_is_no_message_is_refused(string json) =>
        Assert.ThrowsAny<Exception>(() => _formatter.Deserialize(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(json))));

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"items":null}""")]
    [InlineData("""{"items":[null]}""")]
    [InlineData("""{"items":[{"sequence":1}]}""")]
    [InlineData("""{"items":[{"sequence":"1","method":1,"taskId":1,"attempt":1,"argument":[0]}]}""")]
    [InlineData("""{"items":[{"sequence":1,"method":1,"taskId":1,"attempt":1,"argument":[9,1]}]}""")]
    public void A_batch_that_is_none_is_an_argument_that_cannot_be_read(string json)
    {
        var message = (JsonRpcRequest)_formatter.Deserialize(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes($$"""{"jsonrpc":"2.0","method":"Run","params":[{{json}}]}""")));
        Assert.Throws<RpcArgumentDeserializationException>(() => message.TryGetArgumentByNameOrIndex("batch", 0, typeof(RunBatch), out _));
    }

    [Fact]
    public void Arguments_may_be_named_and_what_is_not_known_is_skipped()
    {
        var message = (JsonRpcRequest)_formatter.Deserialize(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(
            """{"more":[{}],"method":"Credit","params":{"count":2,"sequence":1},"jsonrpc":"2.0"}""")));
        Assert.True(message.TryGetArgumentByNameOrIndex("sequence", 0, typeof(int), out object? sequence));
        Assert.True(message.TryGetArgumentByNameOrIndex("count", 1, typeof(int), out object? count));
        Assert.Equal((1, 2), (sequence, count));
        Assert.False(message.TryGetArgumentByNameOrIndex("other", 0, typeof(int), out _));
    }

    private object? Return(object argument, Type type)
    {
        var request = (JsonRpcRequest)Pass(new JsonRpcRequest { Method = "M", ArgumentsList = [argument] });
        Assert.Equal(1, request.ArgumentCount);
        Assert.True(request.TryGetArgumentByNameOrIndex("argument", 0, type, out object? value));
        return value;
    }

    private JsonRpcMessage Pass(JsonRpcMessage message)
    {
        var written = new ArrayBufferWriter<byte>();
        _formatter.Serialize(written, message);
        using (JsonDocument.Parse(written.WrittenMemory)) // it is JSON, by another's word
            return _formatter.Deserialize(new ReadOnlySequence<byte>(written.WrittenMemory));
    }

    private static PayloadRef Json(string json) => PayloadRef.Inline(new Payload(PayloadKind.Json, Encoding.UTF8.GetBytes(json)));

    private static string Text(PayloadRef payload) => Encoding.UTF8.GetString(payload.Bytes.Span);

    private static bool SameMethod(MethodIdentity left, MethodIdentity right) => left with { GenericArguments = right.GenericArguments } == right;
}
