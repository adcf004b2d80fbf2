using Offloop.Invocation;
using Offloop.Payloads;
using Offloop.Protocol;
using Offloop.WorkerHost.Tasks;
using StreamJsonRpc;

namespace Offloop.WorkerHost.Start;

/// <summary>Prepares for the first task, on a separate thread, while the worker hears from its coordinator and connects. Most of a worker's
/// start goes to loading and compiling this code.</summary>
internal static class WarmUp
{
    private static readonly ManualResetEventSlim s_hasConsole = new();

    public static void Start() => new Thread(Run) { IsBackground = true, Name = "Offloop warm-up" }.UnsafeStart();

    /// <summary>Returns when <see cref="Console"/> tells tasks apart.</summary>
    public static void AwaitConsole() => s_hasConsole.Wait();

    private static void Run()
    {
        TaskConsole.Install();
        s_hasConsole.Set();
        using JsonRpc rpc = RpcConnection.Create(Stream.Null, RpcContract.Worker);
        _ = rpc.Attach<ICoordinator>();
        rpc.AddLocalRpcTarget(RpcTargetMetadata.FromShape<IWorker>(), rpc.Attach<IWorker>(), null);
        MethodIdentity method = MethodIdentity.Of(new Func<string, string>(Same).Method, CallKind.Plain, typeof(string), typeof(string));
        RemoteCall call = MethodResolver.Resolve(method).Prepare(PayloadFormat.Default.Write("", "argument"), PayloadFormat.Default);
        _ = call.WriteResult();
    }

    private static string Same(string text) => text;
}
