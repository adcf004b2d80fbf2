using Offloop.Invocation;
using Offloop.Payloads;
using Offloop.Protocol;
using StreamJsonRpc;

namespace Offloop.WorkerHost.Start;

/// <summary>Prepares for the first task, on a separate thread, while the worker hears from its coordinator and connects. Most of a worker's
/// start goes to loading and compiling this code.</summary>
internal static class WarmUp
{
    public static void Start() => new Thread(Run) { IsBackground = true, Name = "Offloop warm-up" }.UnsafeStart();

    private static void Run()
    {
        using JsonRpc rpc = RpcConnection.Create(Stream.Null, RpcContract.Worker);
        _ = rpc.Attach<ICoordinator>();
        rpc.AddLocalRpcTarget(RpcTargetMetadata.FromShape<IWorker>(), rpc.Attach<IWorker>(), null);
        MethodIdentity method = MethodIdentity.Of(new Func<string, string>(Same).Method, CallKind.Plain, typeof(string), typeof(string));
        RemoteCall call = MethodResolver.Resolve(method).Prepare(PayloadFormat.Default.Write("", "argument"), PayloadFormat.Default);
        _ = call.WriteResult();
    }

    private static string Same(string text) => text;
}
