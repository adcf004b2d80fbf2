using System.Text.Json;
using StreamJsonRpc;

namespace Offloop.Protocol;

/// <summary>How JSON-RPC is set up on a control pipe; the same on both sides.</summary>
internal static class RpcConnection
{
    private const int MaxDepth = 64;

    /// <summary>A connection that does not listen yet. Disposing it closes the stream. Messages are handled one after the other, in the order
    /// in which they were sent, on the thread that read them: the handlers are short, and a hop to another thread would cost more than they do.</summary>
    public static JsonRpc Create(Stream pipe)
    {
        var formatter = new SystemTextJsonFormatter
        {
            JsonSerializerOptions = new JsonSerializerOptions(ProtocolJson.Default.Options) { MaxDepth = MaxDepth },
        };
        return new JsonRpc(new FrameHandler(pipe, formatter))
        {
            // Nothing is marshalled by reference, and an exception that is not ours is a bug to be seen at once.
            ExceptionStrategy = ExceptionProcessing.CommonErrorData,
            SynchronizationContext = new InPlace(),
        };
    }
    /// <summary>Runs what is posted at once. With no context at all, StreamJsonRpc would hand every message to the thread pool by itself.</summary>
    private sealed class InPlace : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => d(state);
    }
}
