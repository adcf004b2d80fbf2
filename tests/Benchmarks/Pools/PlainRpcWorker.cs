using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using StreamJsonRpc;

namespace Offloop.Benchmarks.Pools;

/// <summary>The child's side of <see cref="PlainRpcPool"/>: each call runs on a worker thread, off the path that reads the pipe, as any
/// blocking call must.</summary>
internal sealed class PlainRpcWorker
{
    private readonly BlockingCollection<Action> _calls = [];

    private PlainRpcWorker() => new Thread(Work) { IsBackground = true }.Start();

    public Task<int> Same(int value) => Run(static value => value, value);

    public Task<byte[]> Echo(byte[] payload) => Run(static payload => payload, payload);

    [SuppressMessage("Reliability", "CA2000", Justification = "A JsonRpc disposes its handler.")]
    public static async Task RunAsync(Stream pipe)
    {
        using var connection = new JsonRpc(new HeaderDelimitedMessageHandler(pipe, new SystemTextJsonFormatter()));
        connection.AddLocalRpcTarget(new PlainRpcWorker());
        connection.StartListening();
        await connection.Completion;
    }

    private Task<T> Run<T>(Func<T, T> work, T argument)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _calls.Add(() => result.SetResult(work(argument)));
        return result.Task;
    }

    private void Work()
    {
        foreach (Action call in _calls.GetConsumingEnumerable())
            call();
    }
}
