using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Offloop.Cluster.Options;

namespace Offloop.Cluster.Trust;

/// <summary>Asks the process to join whether this one would be admitted, before a silo is started: what is wrong is then known at once, and
/// in one sentence.</summary>
internal static class Knock
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Returns the address at which the process to join has answered.</summary>
    /// <param name="join">The process to join.</param>
    /// <param name="tls">The certificates, if the cluster has any.</param>
    /// <param name="handshake">The proof of the key.</param>
    /// <param name="patience">How long nobody may answer: whoever starts both processes need not start them in order.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="HandshakeException">This process is not admitted, or nobody answers.</exception>
    public static async Task<IPEndPoint> WhereAsync(
        HostAndPort join, ClusterTls? tls, ClusterHandshake handshake, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var timed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timed.CancelAfter(patience);
        Exception? last = null;
        try
        {
            while (true)
            {
                try
                {
                    foreach (IPEndPoint address in await join.ResolveAsync(timed.Token).ConfigureAwait(false))
                    {
                        if (await TryAsync(address).ConfigureAwait(false))
                            return address;
                    }
                }
                catch (SocketException error)
                {
                    last = error; // the name has no address yet
                }
                await Task.Delay(s_pause, timed.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HandshakeException(
                $"Nobody has answered at {join} for {patience.TotalSeconds:0.#} s ({last?.Message ?? "no connection was made"}); start the "
                + "process to join first, and check Join and what lies between the two.", last)
            {
                MayPass = true,
            };
        }

        async Task<bool> TryAsync(IPEndPoint address)
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            using var own = CancellationTokenSource.CreateLinkedTokenSource(timed.Token);
            own.CancelAfter(patience / 4); // an address from which nothing comes back must not use up the time of the others
            try
            {
                await socket.ConnectAsync(address, own.Token).ConfigureAwait(false);
            }
            catch (Exception error) when (error is SocketException or OperationCanceledException && !timed.IsCancellationRequested)
            {
                last = error is SocketException ? error : new TimeoutException($"{address} does not answer");
                return false;
            }
            await using var stream = new NetworkStream(socket);
            await AskAsync(stream, address, tls, handshake, cancellationToken).ConfigureAwait(false);
            return true;
        }
    }

    private static async Task AskAsync(
        Stream stream, IPEndPoint address, ClusterTls? tls, ClusterHandshake handshake, CancellationToken cancellationToken)
    {
        string peer = address.ToString();
        if (tls is null)
        {
            await handshake.ConnectAsync(new StreamPipe(stream), peer, Purpose.Knock, cancellationToken).ConfigureAwait(false);
            return;
        }
        await using var secure = new SslStream(stream, leaveInnerStreamOpen: true);
        string? refusal = null;
        using var timed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timed.CancelAfter(ClusterHandshake.Limit);
        try
        {
            await secure.AuthenticateAsClientAsync(TlsRules.OfClient(tls, reason => refusal = reason), timed.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is AuthenticationException or IOException)
        {
            throw refusal is null ? PeerWords.Closed(peer, error) : new HandshakeException(refusal, error);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw PeerWords.Closed(peer, error);
        }
        await handshake.ConnectAsync(new StreamPipe(secure), peer, Purpose.Knock, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The two directions of a stream. The stream is disposed by its owner.</summary>
    private sealed class StreamPipe(Stream stream) : IDuplexPipe
    {
        public PipeReader Input { get; } = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));

        public PipeWriter Output { get; } = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
    }
}
