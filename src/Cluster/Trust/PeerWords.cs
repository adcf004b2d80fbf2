using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace Offloop.Cluster.Trust;

/// <summary>What the two ends of a connection say in the handshake. It reads no byte too many, and never more than a peer that is honest
/// would say.</summary>
internal sealed class PeerWords(IDuplexPipe pipe, string peer)
{
    private const byte TlsRecord = 0x16;

    private static readonly byte[] s_start = Encoding.ASCII.GetBytes(Greeting.Start);

    public async Task SayAsync(byte[] words, CancellationToken cancellationToken)
    {
        FlushResult flushed = await pipe.Output.WriteAsync(words, cancellationToken).ConfigureAwait(false);
        if (flushed.IsCompleted || flushed.IsCanceled)
            throw Closed(peer, null);
    }

    public async Task<byte[]> HearAsync(int count, CancellationToken cancellationToken)
    {
        ReadResult read = await pipe.Input.ReadAtLeastAsync(count, cancellationToken).ConfigureAwait(false);
        if (read.Buffer.Length < count)
        {
            pipe.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            throw Closed(peer, null);
        }
        ReadOnlySequence<byte> heard = read.Buffer.Slice(0, count);
        byte[] bytes = heard.ToArray();
        pipe.Input.AdvanceTo(heard.End);
        return bytes;
    }

    /// <summary>Returns the greeting, and all that was heard: its line and the random bytes after it.</summary>
    public async Task<(Greeting Greeting, byte[] Heard)> HearGreetingAsync(CancellationToken cancellationToken)
    {
        byte[] line = await HearLineAsync(cancellationToken).ConfigureAwait(false);
        Greeting greeting = Greeting.Parse(Encoding.Latin1.GetString(line.AsSpan(0, line.Length - 1))) ?? throw NoGreeting(line);
        byte[] nonce = await HearAsync(ClusterHandshake.NonceBytes, cancellationToken).ConfigureAwait(false);
        return (greeting, [.. line, .. nonce]);
    }

    /// <summary>Waits until the peer closes the connection, because it has heard all that it needs: to close first would lose the last
    /// words.</summary>
    public async Task HearEndAsync(CancellationToken cancellationToken)
    {
        try
        {
            ReadResult read;
            do
            {
                read = await pipe.Input.ReadAsync(cancellationToken).ConfigureAwait(false);
                pipe.Input.AdvanceTo(read.Buffer.End);
            }
            while (!read.IsCompleted && !read.IsCanceled);
        }
        catch (Exception)
        {
            // The connection has ended in another way, or the peer has had its time. There is nothing more to say.
        }
    }

    /// <summary>The connection has ended before the handshake has.</summary>
    public static HandshakeException Closed(string peer, Exception? error) =>
        new($"The process at {peer} has closed the connection before it was proved who may join; the log there says why (a certificate "
            + $"that is not trusted, or Tls in one of the two processes alone){(error is null ? "." : $": {error.Message}")}", error)
        {
            MayPass = true, // it may also have been too busy to listen
        };

    private async Task<byte[]> HearLineAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult read = await pipe.Input.ReadAsync(cancellationToken).ConfigureAwait(false);
            ReadOnlySequence<byte> heard = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, Greeting.MaxLine));
            if (heard.PositionOf((byte)'\n') is { } end)
            {
                ReadOnlySequence<byte> line = heard.Slice(0, heard.GetPosition(1, end));
                byte[] bytes = line.ToArray();
                pipe.Input.AdvanceTo(line.End);
                return bytes;
            }
            byte[] begun = heard.ToArray();
            pipe.Input.AdvanceTo(heard.Start, read.Buffer.End);
            int compared = Math.Min(begun.Length, s_start.Length);
            if (begun.Length == Greeting.MaxLine || !begun.AsSpan(0, compared).SequenceEqual(s_start.AsSpan(0, compared)))
                throw NoGreeting(begun);
            if (read.IsCompleted || read.IsCanceled)
                throw Closed(peer, null);
        }
    }

    private HandshakeException NoGreeting(byte[] heard) =>
        heard is [TlsRecord, ..]
            ? new HandshakeException($"The process at {peer} speaks TLS and this one does not; set Tls in all processes of the cluster.")
            : new HandshakeException($"What is at {peer} is no process of this cluster: it does not begin as one.");
}
