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
        DisplayName = "A.B",
        Kind = CallKind.Context | CallKind.Async,
        Method = new DotnetMethod
        {
            Assembly = "A, Version=1.0.0.0",
            ModuleVersion = Guid.NewGuid(),
            Token = 0x06000001,
            ClosedDeclaringType = "A.B`1[[C]]",
            GenericArguments = ["T1", "T2"],
            ArgumentType = "System.Int32",
            ResultType = "System.String",
        },
    };

    private static readonly RpcContract s_contract = new(
        new RpcMethod("Run", new RpcParameter("batch", typeof(RunBatch))),
        new RpcMethod("Tell", new RpcParameter("report", typeof(WorkerReport))),
        new RpcMethod("Credit", new RpcParameter("sequence", typeof(int)), new RpcParameter("count", typeof(int))));

    private readonly List<string> _complaints = [];
    private readonly MessageFormatter _formatter;

    public MessageFormatterTests() => _formatter = new MessageFormatter(s_contract, _complaints.Add);

    /// <summary>Tasks of all kinds, in rows and alone, are the same tasks when they have been said in fewer words.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Tasks_said_in_rows_are_the_same_tasks(int seed)
    {
        var random = new Random(seed);
        List<RunRequest> requests = [];
        (int sequence, long id) = (0, 100);
        for (int i = 0; i < 2_000; i++)
        {
            sequence += random.Next(20) == 0 ? 2 : 1;
            id += random.Next(20) == 0 ? 5 : 1;
            requests.Add(new RunRequest
            {
                Sequence = sequence,
                TaskId = id,
                Method = random.Next(10) == 0 ? 2 : 1,
                Definition = random.Next(30) == 0 ? s_method : null,
                Attempt = random.Next(20) == 0 ? 2 : 1,
                ReportStart = random.Next(20) == 0,
                ProgressType = random.Next(20) == 0 ? "progress" : null,
                Credit = random.Next(20) == 0 ? 3 : null,
                Culture = random.Next(20) == 0 ? "de-DE" : null,
                UICulture = random.Next(20) == 0 ? "de-DE" : null,
                TraceParent = random.Next(20) == 0 ? "00-1" : null,
                TraceState = random.Next(20) == 0 ? "a=b" : null,
                Baggage = random.Next(20) == 0 ? ["a", "b"] : [],
                Argument = random.Next(15) switch
                {
                    0 => default,
                    1 => PayloadRef.OnDataPipe(PayloadKind.Json),
                    2 => PayloadRef.Inline(new Payload(PayloadKind.Raw, "raw"u8.ToArray())),
                    _ => PayloadRef.Inline(PayloadFormat.Default.Write(new[] { i, -i }, "argument")),
                },
            });
        }
        string[] before = [.. requests.Select(Say)];

        var batch = RunBatch.Of(requests);
        RunBatch read = Assert.IsType<RunBatch>(Return(batch, "Run"));

        Assert.InRange(read.Items.Length, 1, requests.Count - 200);
        Assert.Equal(before, read.Expand().Select(Say));

        static string Say(RunRequest request) =>
            $"{request with { More = [], Argument = default, Definition = null, Baggage = [] }} {request.Definition?.DisplayName} "
            + $"{request.Argument.Kind} {request.Argument.IsOnDataPipe} {Text(request.Argument)} {string.Join(',', request.Baggage)}";
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Ends_said_in_rows_are_the_same_ends(int seed)
    {
        var random = new Random(seed);
        List<FinishedTask> ends = [];
        for (int i = 0, sequence = 0; i < 2_000; i++)
        {
            sequence += random.Next(20) == 0 ? 2 : 1;
            FinishKind kind = random.Next(20) == 0 ? FinishKind.Threw : FinishKind.Returned;
            ends.Add(new FinishedTask
            {
                Sequence = sequence,
                Kind = kind,
                Error = kind == FinishKind.Threw ? PayloadFormat.Default.WriteException(new ArgumentException("no")) : null,
                Microseconds = random.Next(50) == 0 ? 7L << 40 : random.Next(100),
                Result = random.Next(15) switch
                {
                    0 => PayloadRef.OnDataPipe(PayloadKind.Json),
                    1 => PayloadRef.Inline(new Payload(PayloadKind.Raw, "raw"u8.ToArray())),
                    < 6 => default,
                    _ => PayloadRef.Inline(PayloadFormat.Default.Write(new[] { i, -i }, "result")),
                },
            });
        }

        WorkerReport read = Assert.IsType<WorkerReport>(Return(WorkerReport.Of(ends), "Tell"));

        Assert.NotEmpty(read.Returned);
        Assert.Equal(ends.Select(Say), read.Expand().Select(Say));

        static string Say(FinishedTask end) =>
            $"{end.Sequence} {end.Kind} {Math.Min(end.Microseconds, int.MaxValue)} {end.Error?.Message} "
            + $"{end.Result.Kind} {end.Result.IsOnDataPipe} {Text(end.Result)}";
    }

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

        RunBatch batch = Assert.IsType<RunBatch>(Return(new RunBatch { Items = [full, bare] }, "Run"));

        Assert.Equal(2, batch.Items.Length);
        Assert.Equal(Text(full.Argument), Text(batch.Items[0].Argument));
        MethodIdentity read = batch.Items[0].Definition!;
        Assert.Equal(s_method.Method!.GenericArguments, read.Method!.GenericArguments);
        Assert.Equal(full with { Argument = default, Definition = null }, batch.Items[0] with { Argument = default, Definition = null });
        Assert.Equal(s_method with { Method = null }, read with { Method = null });
        Assert.Equal(s_method.Method, read.Method with { GenericArguments = s_method.Method.GenericArguments });
        Assert.Equal(bare, batch.Items[1]);
    }

    [Fact]
    public void A_report_comes_back_whole()
    {
        FinishedTask returned = new() { Sequence = 1, Kind = FinishKind.Returned, Result = Json("[1,[2]]"), Microseconds = 12 };
        FinishedTask large = new() { Sequence = 2, Kind = FinishKind.Returned, Result = PayloadRef.OnDataPipe(PayloadKind.Raw) };
        FinishedTask threw = new()
        {
            Sequence = 3,
            Kind = FinishKind.Threw,
            Error = PayloadFormat.Default.WriteException(new InvalidOperationException("no", new IOException("inner"))),
        };

        var report = Assert.IsType<WorkerReport>(
            Return(new WorkerReport { Finished = [returned, large, threw], GivenBack = [7, 8], Started = 9 }, "Tell"));

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
        var result = Assert.IsType<JsonRpcResult>(
            Pass(new JsonRpcResult { RequestId = new RequestId(5), Result = null }), exactMatch: false);
        Assert.Null(result.GetResult<ExceptionEnvelope?>());
        Assert.Equal(5, result.RequestId.Number);

        var error = Assert.IsType<JsonRpcError>(Pass(new JsonRpcError
        {
            RequestId = new RequestId("six"),
            Error = new JsonRpcError.ErrorDetail { Code = JsonRpcErrorCode.MethodNotFound, Message = "no \"such\" method" },
        }));
        Assert.Equal(
            ("six", JsonRpcErrorCode.MethodNotFound, "no \"such\" method"),
            (error.RequestId.String, error.Error!.Code, error.Error.Message));
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
    public void A_batch_that_is_none_is_refused_with_the_name_of_the_method(string json)
    {
        var error = Assert.Throws<InvalidDataException>(() => Read($$"""{"jsonrpc":"2.0","method":"Run","params":[{{json}}]}"""));
        Assert.Contains("Run", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("[1]")]
    [InlineData("[1,2,3]")]
    [InlineData("""{"sequence":1}""")]
    [InlineData("""{"sequence":1,"count":2,"more":3}""")]
    [InlineData("""{"sequence":1,"sequence":2}""")]
    [InlineData("""[1,null]""")]
    public void Arguments_that_do_not_fit_are_refused(string json) =>
        Assert.Throws<InvalidDataException>(() => Read($$"""{"jsonrpc":"2.0","method":"Credit","params":{{json}}}"""));

    [Fact]
    public void A_fuzzer_may_have_them_passed_over()
    {
        var tolerant = new MessageFormatter(s_contract, _complaints.Add, goesOn: true);
        byte[] json = Encoding.UTF8.GetBytes("""{"method":"Credit","params":[1]}""");
        var message = (JsonRpcRequest)tolerant.Deserialize(new ReadOnlySequence<byte>(json));
        Assert.Equal(0, message.ArgumentCount);
        Assert.Contains("Credit", Assert.Single(_complaints), StringComparison.Ordinal);
    }

    [Fact]
    public void A_call_of_an_unknown_method_is_complained_of_and_has_no_arguments()
    {
        var message = (JsonRpcRequest)Read("""{"jsonrpc":"2.0","id":1,"method":"Dispose","params":[{"a":1}]}""");
        Assert.Equal(("Dispose", 0), (message.Method, message.ArgumentCount));
        Assert.Contains("\"Dispose\"", Assert.Single(_complaints), StringComparison.Ordinal);
    }

    [Fact]
    public void Arguments_may_be_named_and_what_is_not_known_is_skipped()
    {
        var message = (JsonRpcRequest)Read("""{"more":[{}],"params":{"count":2,"sequence":1},"method":"Credit","jsonrpc":"2.0"}""");
        Assert.True(message.TryGetArgumentByNameOrIndex("sequence", 0, typeof(int), out object? sequence));
        Assert.True(message.TryGetArgumentByNameOrIndex("count", 1, typeof(int), out object? count));
        Assert.Equal((1, 2), (sequence, count));
        Assert.False(message.TryGetArgumentByNameOrIndex("other", 2, typeof(int), out _));
        Assert.Empty(_complaints);
    }

    [Theory]
    [InlineData(typeof(IWorker))]
    [InlineData(typeof(ICoordinator))]
    public void The_contracts_are_those_of_the_interfaces(Type side)
    {
        RpcContract contract = side == typeof(IWorker) ? RpcContract.Worker : RpcContract.Coordinator;
        IEnumerable<string> declared = side.GetMethods().Select(
            method => Describe(method.Name, method.GetParameters().Select(parameter => (parameter.Name!, parameter.ParameterType))));
        IEnumerable<string> served = contract.Methods.Select(
            method => Describe(method.Name, method.Parameters.Select(parameter => (parameter.Name, parameter.Type))));
        Assert.Equal(declared.Order(), served.Order());

        static string Describe(string name, IEnumerable<(string Name, Type Type)> parameters) => $"{name}({string.Join(", ", parameters)})";
    }

    private JsonRpcMessage Read(string json) => _formatter.Deserialize(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(json)));

    private object? Return(object argument, string method)
    {
        var request = (JsonRpcRequest)Pass(new JsonRpcRequest { Method = method, ArgumentsList = [argument] });
        Assert.Equal(1, request.ArgumentCount);
        Assert.True(request.TryGetArgumentByNameOrIndex("argument", 0, null, out object? value));
        return value;
    }

    private JsonRpcMessage Pass(JsonRpcMessage message)
    {
        var written = new ArrayBufferWriter<byte>();
        _formatter.Serialize(written, message);
        using (JsonDocument.Parse(written.WrittenMemory)) // another parser takes it as JSON
            return _formatter.Deserialize(new ReadOnlySequence<byte>(written.WrittenMemory));
    }

    private static PayloadRef Json(string json) => PayloadRef.Inline(new Payload(PayloadKind.Json, Encoding.UTF8.GetBytes(json)));

    private static string Text(PayloadRef payload) => Encoding.UTF8.GetString(payload.Bytes.Span);
}
