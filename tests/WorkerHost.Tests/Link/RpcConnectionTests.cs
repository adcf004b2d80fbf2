using Nerdbank.Streams;
using Offloop.Invocation;
using Offloop.Payloads;
using Offloop.Protocol;
using StreamJsonRpc;

namespace Offloop.Tests.Link;

public sealed class RpcConnectionTests
{
    [Theory(Timeout = InMemoryWorker.Hang)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_handler_that_throws_ends_the_connection_with_its_words(bool isRequest)
    {
        (Stream ours, Stream theirs) = FullDuplexStream.CreatePair();
        using JsonRpc worker = RpcConnection.Create(ours, RpcContract.Worker);
        worker.AddLocalRpcTarget(RpcTargetMetadata.FromShape<IWorker>(), new ThrowingWorker(), null);
        var ended = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        worker.Disconnected += (_, args) => ended.SetResult(RpcConnection.Misunderstanding(worker, args));
        worker.StartListening();
        using JsonRpc coordinator = RpcConnection.Create(theirs, RpcContract.Coordinator);
        coordinator.StartListening();

        Task? answer = isRequest ? coordinator.Attach<IWorker>().PingAsync() : null;
        if (!isRequest)
            coordinator.Attach<IWorker>().Cancel(7);

        Assert.Equal("It makes no sense.", await ended.Task);
        await coordinator.Completion;
        if (answer is not null)
            await Assert.ThrowsAnyAsync<Exception>(() => answer);
    }

    private sealed class ThrowingWorker : IWorker
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

        void IWorker.Cancel(int sequence) => throw new InvalidDataException("It makes no sense.");

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

        Task IWorker.PingAsync() => throw new InvalidDataException("It makes no sense.");
    }
}
