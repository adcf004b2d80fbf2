using System.Diagnostics;
using StreamJsonRpc;

namespace Offloop.Protocol;

/// <summary>How JSON-RPC is set up on a control pipe; the same on both sides.</summary>
internal static class RpcConnection
{
    /// <summary>A connection that does not listen yet. Disposing it closes the stream. Messages are handled one after the other, in the
    /// order in which they were sent, on the thread that read them: the handlers are short, and a hop to another thread would cost more
    /// than they do.</summary>
    /// <param name="pipe">Owned from here on.</param>
    /// <param name="serves">The methods that the other side may call; their target is added by the caller.</param>
    /// <param name="complain">Called for each message that is ignored or answered with an error, with one line of text.</param>
    /// <param name="goesOn">Whether a call that cannot be made is passed over too, as a fuzzer wants it.</param>
    public static JsonRpc Create(Stream pipe, RpcContract serves, Action<string>? complain = null, bool goesOn = false)
    {
        complain ??= static _ => { };
        var rpc = new Connection(new FrameHandler(pipe, new MessageFormatter(serves, complain, goesOn), complain), complain, goesOn)
        {
            // Nothing is marshalled by reference, and an exception that is not ours is a bug to be seen at once.
            ExceptionStrategy = ExceptionProcessing.CommonErrorData,
            SynchronizationContext = new InPlace(),
        };
        rpc.TraceSource.Switch.Level = SourceLevels.Off;
        rpc.TraceSource.Listeners.Clear();
        return rpc;
    }

    /// <summary>What the peer sent that could not be understood, in one line; null where the connection has ended for another
    /// reason.</summary>
    public static string? Misunderstanding(JsonRpc rpc, JsonRpcDisconnectedEventArgs ended) =>
        (rpc as Connection)?.Thrown ?? (
            ended.Exception is InvalidDataException or BadRpcHeaderException ? PeerText.OneLine(ended.Exception.Message) : null);

    /// <summary>Runs what is posted at once. With no context at all, StreamJsonRpc would hand every message to the thread pool by
    /// itself.</summary>
    private sealed class InPlace : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => d(state);
    }

    /// <summary>Ends when a handler throws: it was told what makes no sense, and what that was to say would be waited for for
    /// ever.</summary>
    private sealed class Connection(IJsonRpcMessageHandler handler, Action<string> complain, bool goesOn) : JsonRpc(handler)
    {
        private volatile string? _thrown;

        /// <summary>The words of the exception, in one line; StreamJsonRpc does not tell them to those who hear of the end.</summary>
        public string? Thrown => _thrown;

        protected override bool IsFatalException(Exception ex)
        {
            string line = PeerText.OneLine(ex.Message);
            if (goesOn)
                complain(line);
            else
                _thrown ??= line;
            return !goesOn;
        }
    }
}
