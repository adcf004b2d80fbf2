using System.Diagnostics;
using StreamJsonRpc;

namespace Offloop.Protocol;

/// <summary>Sets up JSON-RPC on the pipes of messages, in the same way on both sides.</summary>
internal static class RpcConnection
{
    /// <summary>Returns a connection that does not listen yet. Disposing it closes the stream. Messages are handled one after the
    /// other, in the order in which they were sent, on the thread that read them: the handlers are short, and a hop to another
    /// thread would cost more than they do.</summary>
    /// <param name="input">Read from here. Owned from here on.</param>
    /// <param name="output">Written to here; may be the same. Owned from here on.</param>
    /// <param name="serves">The methods that the other side may call. The caller adds their target.</param>
    /// <param name="complain">Called for each message that is ignored or answered with an error, with one line of text.</param>
    /// <param name="goesOn">Whether a call that cannot be made is also passed over, as a fuzzer wants it.</param>
    public static JsonRpc Create(
        Stream input, Stream output, RpcContract serves, Action<string>? complain = null, bool goesOn = false)
    {
        complain ??= static _ => { };
        var frames = new FrameHandler(input, output, new MessageFormatter(serves, complain, goesOn), complain);
        var rpc = new Connection(frames, complain, goesOn)
        {
            // Nothing is marshalled by reference, and an exception that is not ours is a bug to be seen at once.
            ExceptionStrategy = ExceptionProcessing.CommonErrorData,
            SynchronizationContext = new InPlace(),
        };
        rpc.TraceSource.Switch.Level = SourceLevels.Off;
        rpc.TraceSource.Listeners.Clear();
        return rpc;
    }

    /// <summary>The same on one stream for both ways.</summary>
    public static JsonRpc Create(Stream both, RpcContract serves, Action<string>? complain = null, bool goesOn = false) =>
        Create(both, both, serves, complain, goesOn);

    /// <summary>Describes in one line what the peer sent that could not be understood; null if the connection
    /// has ended for another reason.</summary>
    public static string? Misunderstanding(JsonRpc rpc, JsonRpcDisconnectedEventArgs ended) =>
        (rpc as Connection)?.Thrown
        ?? (ended.Exception is InvalidDataException or BadRpcHeaderException ? PeerText.OneLine(ended.Exception.Message) : null);

    /// <summary>Runs posted work at once. Without a context, StreamJsonRpc would hand every message to the thread pool.</summary>
    private sealed class InPlace : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => d(state);
    }

    /// <summary>Ends when a handler throws. The handler was told something that makes no sense, and somebody would wait for
    /// ever for what it should have been.</summary>
    private sealed class Connection(IJsonRpcMessageHandler handler, Action<string> complain, bool goesOn) : JsonRpc(handler)
    {
        private volatile string? _thrown;

        /// <summary>The exception's message, in one line. StreamJsonRpc does not pass it on when it announces the end.</summary>
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
