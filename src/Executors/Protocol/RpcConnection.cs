using System.Text.Json;
using StreamJsonRpc;

namespace Offloop.Protocol;

/// <summary>How JSON-RPC is set up on a control pipe; the same on both sides.</summary>
internal static class RpcConnection
{
    public const int MaxDepth = 72; // a payload of the allowed depth inside its message

    /// <summary>A connection that does not listen yet. Disposing it closes the stream. Messages are handled one after the other, in the order
    /// in which they were sent, each until its first await that yields: that is what the default synchronization context does, while
    /// none at all would hand every message to the thread pool by itself.</summary>
    public static JsonRpc Create(Stream pipe)
    {
        var formatter = new SystemTextJsonFormatter
        {
            JsonSerializerOptions = new JsonSerializerOptions(ProtocolJson.Default.Options) { MaxDepth = MaxDepth },
        };
        return new JsonRpc(new HeaderDelimitedMessageHandler(pipe, pipe, formatter))
        {
            // Nothing is marshalled by reference, and an exception that is not ours is a bug to be seen at once.
            ExceptionStrategy = ExceptionProcessing.CommonErrorData,
        };
    }
}
