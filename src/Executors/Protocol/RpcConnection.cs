using System.Diagnostics;
using StreamJsonRpc;

namespace Offloop.Protocol;

/// <summary>How JSON-RPC is set up on a control pipe; the same on both sides.</summary>
internal static class RpcConnection
{
    private const int MaxLine = 300;

    /// <summary>A connection that does not listen yet. Disposing it closes the stream. Messages are handled one after the other, in the order
    /// in which they were sent, on the thread that read them: the handlers are short, and a hop to another thread would cost more than they do.</summary>
    /// <param name="pipe">Owned from here on.</param>
    /// <param name="complain">Called for each message that is ignored or answered with an error, with one line of text.</param>
    /// <param name="goesOn">Whether a call that cannot be made is passed over too, as a fuzzer wants it.</param>
    public static JsonRpc Create(Stream pipe, Action<string>? complain = null, bool goesOn = false)
    {
        complain ??= static _ => { };
        var handler = new FrameHandler(pipe, new MessageFormatter(), complain);
        var rpc = new JsonRpc(handler)
        {
            // Nothing is marshalled by reference, and an exception that is not ours is a bug to be seen at once.
            ExceptionStrategy = ExceptionProcessing.CommonErrorData,
            SynchronizationContext = new InPlace(),
        };
        rpc.TraceSource.Switch.Level = SourceLevels.Warning;
        rpc.TraceSource.Listeners.Clear();
        rpc.TraceSource.Listeners.Add(new Complaints(complain, goesOn ? null : handler));
        return rpc;
    }

    /// <summary>What the peer sent that could not be understood, in one line; null where the connection has ended for another reason.</summary>
    public static string? Misunderstanding(JsonRpcDisconnectedEventArgs ended) =>
        ended.Exception is InvalidDataException or BadRpcHeaderException ? OneLine(ended.Exception.Message) : null;

    /// <summary>The first line of a text that a peer may have had a part in, cut, and without control characters.</summary>
    public static string OneLine(string text)
    {
        ReadOnlySpan<char> start = text.AsSpan(0, Math.Min(text.Length, MaxLine));
        int end = start.IndexOfAny('\r', '\n');
        return string.Create(end < 0 ? start.Length : end, text, static (line, text) =>
        {
            for (int i = 0; i < line.Length; i++)
                line[i] = char.IsControl(text[i]) ? ' ' : text[i];
        });
    }

    /// <summary>Runs what is posted at once. With no context at all, StreamJsonRpc would hand every message to the thread pool by itself.</summary>
    private sealed class InPlace : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => d(state);
    }

    /// <summary>Takes the warnings that StreamJsonRpc writes where it refuses a message. It goes on then; but what a method of the contract was to tell, the end of a
    /// task perhaps, would be waited for for ever, so the connection ends.</summary>
    private sealed class Complaints(Action<string> complain, FrameHandler? handler) : TraceListener
    {
        public override void TraceEvent(TraceEventCache? eventCache, string source, TraceEventType eventType, int id, string? format, params object?[]? args)
        {
            // The end of a connection is told by its Disconnected event.
            if ((JsonRpc.TraceEvents)id is JsonRpc.TraceEvents.Closed or JsonRpc.TraceEvents.RequestAbandonedByRemote or JsonRpc.TraceEvents.TransmissionFailed || format is null)
                return;
            string line = OneLine(args is null ? format : string.Format(System.Globalization.CultureInfo.InvariantCulture, format, args));
            object? method = (JsonRpc.TraceEvents)id switch
            {
                JsonRpc.TraceEvents.RequestWithoutMatchingTarget => args?[0],
                JsonRpc.TraceEvents.LocalInvocationError => args?[1],
                _ => null,
            };
            if (handler is not null && method is string name && (typeof(ICoordinator).GetMethod(name) ?? typeof(IWorker).GetMethod(name)) is not null)
                handler.EndAfter(line);
            else
                complain(line);
        }

        /// <summary>The same events once more, as objects.</summary>
        public override void TraceData(TraceEventCache? eventCache, string source, TraceEventType eventType, int id, params object?[]? data)
        {
        }

        public override void Write(string? message)
        {
        }

        public override void WriteLine(string? message)
        {
        }
    }
}
