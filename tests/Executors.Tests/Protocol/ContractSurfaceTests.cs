using System.Reflection;
using System.Text.Json;
using Nerdbank.Streams;
using Offloop.Fuzz.Targets;
using Offloop.Invocation;
using Offloop.Payloads;
using Offloop.Protocol;
using Offloop.Workers;
using StreamJsonRpc;

namespace Offloop.Tests.Protocol;

/// <summary>The calls that a worker may make to its coordinator: the methods of the contract, and nothing else of any kind.</summary>
public sealed class ContractSurfaceTests
{
    private static readonly string[] s_builtIn =
        ["$/cancelRequest", "$/progress", "$/releaseMarshaledObject", "$/enumerator/next", "$/enumerator/abort", "$/invokeProxy/1/Dispose",
            "rpc.discover", ""];

    public static TheoryData<string> Others()
    {
        string[] allowed = [.. typeof(ICoordinator).GetMethods().Select(method => method.Name)];
        IEnumerable<string> members = new[] { typeof(WorkerSlot), typeof(object), typeof(IDisposable), typeof(JsonRpc) }
            .SelectMany(type => type.GetMembers(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
                .OfType<MethodInfo>())
            .Select(method => method.Name);
        return [.. members.Concat(s_builtIn).Except(allowed).Distinct()];
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "J112")]
    public async Task Nothing_but_the_contract_can_be_called()
    {
        await using var connection = new Connection();
        RawPeer peer = connection.Peer;
        int id = 0;
        foreach (string method in Others().Select(row => row.Data))
        {
            await peer.SendAsync(RawPeer.Notification(method, "[]"));
            JsonElement answer = await peer.AnswerAsync(++id, method, "[]");
            Assert.False(answer.TryGetProperty("result", out _), $"{method} was called.");
        }
        Assert.False(connection.Rpc.Completion.IsCompleted);
        Assert.NotEmpty(connection.Complaints);
    }

    [Theory(Timeout = Waiting.Hang)]
    [InlineData("[]")]
    [InlineData("[1,2,3]")]
    [InlineData("{}")]
    [InlineData("{\"code\":\"x\"}")]
    [InlineData("[null]")]
    [InlineData("[[[[]]]]")]
    [InlineData("[\"0\"]")]
    [InlineData("[1e99]")]
    [Trait("Conformance", "J112")]
    public async Task Wrong_arguments_end_the_connection_with_one_line(string parameters)
    {
        foreach (string method in typeof(ICoordinator).GetMethods().Select(method => method.Name))
        {
            await using var connection = new Connection();
            await connection.Peer.SendAsync(RawPeer.Notification(method, parameters));
            Assert.Null(await connection.Peer.HearAsync());
            Assert.Contains(method, await connection.Ended, StringComparison.Ordinal);
            Assert.Empty(connection.Complaints);
        }
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "J114")]
    public async Task A_report_that_cannot_be_read_ends_the_connection()
    {
        await using var connection = new Connection();
        await connection.Peer.SendAsync(RawPeer.Notification(nameof(ICoordinator.Report), """[{"finished":[{"sequence":1}]}]"""));
        Assert.Null(await connection.Peer.HearAsync());
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "J114")]
    public async Task A_batch_that_the_worker_cannot_read_ends_the_connection()
    {
        (Stream ours, Stream theirs) = FullDuplexStream.CreatePair();
        using JsonRpc worker = RpcConnection.Create(ours, RpcContract.Worker);
        worker.AddLocalRpcTarget(RpcTargetMetadata.FromShape<IWorker>(), new DeafWorker(), null);
        worker.StartListening();
        using var coordinator = new RawPeer(theirs);

        await coordinator.SendAsync(RawPeer.Notification(nameof(IWorker.Run), """[{"items":[{"sequence":1}]}]"""));

        Assert.Null(await coordinator.HearAsync());
    }

    [Theory(Timeout = Waiting.Hang)]
    [InlineData("""{"jsonrpc":"2.0","id":77,"result":null}""")]
    [InlineData("""{"jsonrpc":"2.0","id":"77","result":{"a":[1]}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":77,"error":{"code":1,"message":"m","data":{"type":"System.Exception"}}}""")]
    [Trait("Conformance", "J112")]
    public async Task An_answer_to_what_nobody_asked_is_ignored_with_one_line(string answer)
    {
        await using var connection = new Connection();
        RawPeer peer = connection.Peer;
        await peer.SendAsync(answer);
        Assert.True((await peer.AnswerAsync(1, nameof(ICoordinator.ExitingAsync), "[0]")).TryGetProperty("result", out _));
        Assert.Single(connection.Complaints);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "J112")]
    public async Task A_complaint_is_one_short_line_whatever_was_sent()
    {
        await using var connection = new Connection();
        RawPeer peer = connection.Peer;
        await peer.AnswerAsync(1, "a\\r\\n\\u0007b" + new string('x', 100_000), "[]");
        string line = Assert.Single(connection.Complaints);
        Assert.True(line.Length <= 300, $"It has {line.Length} characters.");
        Assert.DoesNotContain(line, char.IsControl);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "J112")]
    public async Task A_worker_that_asks_and_does_not_read_is_not_read_for_ever()
    {
        // A connection without a bound would take all of these and keep the answers.
        const int Asked = 50_000;
        const int PipeHolds = 8_000; // more messages than the two pipes in memory have room for
        await using var connection = new Connection();
        RawPeer peer = connection.Peer;
        int sent = 0;
        Task flood = Task.Run(async () =>
        {
            for (; sent < Asked; sent++)
                await peer.SendAsync(RawPeer.Request(sent, nameof(ICoordinator.ExitingAsync), "[0]"));
        });

        await Waiting.UntilAsync(() => Volatile.Read(ref sent) > FrameHandler.MaxReadUnheard, "the flood has begun");
        await Task.WhenAny(flood, Task.Delay(300)); // without a bound it would go on
        Assert.InRange(Volatile.Read(ref sent), FrameHandler.MaxReadUnheard, FrameHandler.MaxReadUnheard + PipeHolds);

        for (int i = 0; i < Asked; i++) // once it reads, everything is answered
            Assert.NotNull(await peer.HearAsync());
        await flood;
    }

    private sealed class DeafWorker : IWorker
    {
        void IWorker.Run(RunBatch batch)
        {
        }

        Task<ExceptionEnvelope?> IWorker.UseJsonOptionsAsync(MethodIdentity method) => Task.FromResult<ExceptionEnvelope?>(null);

        Task<ExceptionEnvelope?> IWorker.UseTelemetryAsync(MethodIdentity method) => Task.FromResult<ExceptionEnvelope?>(null);

        Task<ExceptionEnvelope?> IWorker.InitializeThreadsAsync(RunRequest request) => Task.FromResult<ExceptionEnvelope?>(null);

        void IWorker.Recall()
        {
        }

        void IWorker.Cancel(int sequence)
        {
        }

        void IWorker.Prepare(int method, MethodIdentity definition)
        {
        }

        void IWorker.ProgressTaken(int sequence)
        {
        }

        void IWorker.Credit(int sequence, int count)
        {
        }

        void IWorker.Leave()
        {
        }

        Task IWorker.PingAsync() => Task.CompletedTask;
    }

    /// <summary>A slot without a process, and the other end of its control pipe.</summary>
    private sealed class Connection : IAsyncDisposable
    {
        private readonly PretendedWorker _worker = new(seed: 1);

        public Connection()
        {
            (Stream ours, Stream theirs) = FullDuplexStream.CreatePair();
            Rpc = RpcConnection.Create(ours, RpcContract.Coordinator, Complaints.Add);
            Rpc.AddLocalRpcTarget(RpcTargetMetadata.FromShape<ICoordinator>(), _worker.Slot.Inbox, null);
            var ended = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
            Rpc.Disconnected += (_, args) => ended.TrySetResult(RpcConnection.Misunderstanding(Rpc, args));
            Ended = ended.Task;
            Rpc.StartListening();
            Peer = new RawPeer(theirs);
        }

        public List<string> Complaints { get; } = [];

        public JsonRpc Rpc { get; }

        public RawPeer Peer { get; }

        /// <summary>The message that ended the connection.</summary>
        public Task<string?> Ended { get; }

        public ValueTask DisposeAsync()
        {
            Peer.Dispose();
            Rpc.Dispose();
            return _worker.DisposeAsync();
        }
    }
}
