using System.IO.Pipelines;
using System.Security.Cryptography;

namespace Offloop.Cluster.Trust;

/// <summary>Lets the two ends of a connection prove to each other that they have the same key and a version that works with the other,
/// before either says or reads anything else.
/// <para>The client, which has connected, says its <see cref="Greeting"/> and 32 random bytes; the server answers with its own. Each now
/// knows the other's version and cluster. Then the client proves the key with an HMAC (SHA-256) over its role and all that was said; the
/// server answers <c>y</c> and its own proof, or <c>n</c>.</para></summary>
/// <param name="own">What this process says of itself.</param>
/// <param name="key">The key of the cluster.</param>
/// <param name="limit">The time for all of it.</param>
internal sealed class ClusterHandshake(Greeting own, ClusterKey key, TimeSpan limit)
{
    public const int NonceBytes = 32;

    private const string Client = "client";
    private const string Server = "server";
    private const byte Yes = (byte)'y';
    private const byte No = (byte)'n';

    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(5);

    /// <summary>Does the part of the end that has connected.</summary>
    /// <exception cref="HandshakeException">The peer is not admitted, or does not admit this process.</exception>
    public Task ConnectAsync(IDuplexPipe pipe, string peer, Purpose purpose, CancellationToken cancellationToken) =>
        WithinLimitAsync(new PeerWords(pipe, peer), peer, async (words, token) =>
        {
            byte[] said = [.. (own with { Purpose = purpose }).ToLine(), .. RandomNumberGenerator.GetBytes(NonceBytes)];
            await words.SayAsync(said, token).ConfigureAwait(false);
            (Greeting greeting, byte[] heard) = await words.HearGreetingAsync(token).ConfigureAwait(false);
            if (Difference(greeting, peer) is { } difference)
                throw difference;

            byte[] conversation = [.. said, .. heard];
            await words.SayAsync(key.Prove(Client, conversation), token).ConfigureAwait(false);
            byte[] verdict = await words.HearAsync(1, token).ConfigureAwait(false);
            if (verdict[0] != Yes)
                throw OtherKey(peer);
            byte[] proof = await words.HearAsync(ClusterKey.ProofBytes, token).ConfigureAwait(false);
            if (!key.IsProof(proof, Server, conversation))
                throw OtherKey(peer);
            return purpose;
        }, cancellationToken);

    /// <summary>Does the part of the end that was connected to, and returns what the connection is for.</summary>
    /// <exception cref="HandshakeException">The peer is not admitted, or does not admit this process.</exception>
    public Task<Purpose> AcceptAsync(IDuplexPipe pipe, string peer, CancellationToken cancellationToken) =>
        WithinLimitAsync(new PeerWords(pipe, peer), peer, async (words, token) =>
        {
            (Greeting greeting, byte[] heard) = await words.HearGreetingAsync(token).ConfigureAwait(false);
            byte[] said = [.. own.ToLine(), .. RandomNumberGenerator.GetBytes(NonceBytes)];
            await words.SayAsync(said, token).ConfigureAwait(false);
            if (Difference(greeting, peer) is { } difference)
            {
                await words.HearEndAsync(token).ConfigureAwait(false);
                throw difference;
            }

            byte[] conversation = [.. heard, .. said];
            byte[] proof = await words.HearAsync(ClusterKey.ProofBytes, token).ConfigureAwait(false);
            if (!key.IsProof(proof, Client, conversation))
            {
                await words.SayAsync([No], token).ConfigureAwait(false);
                await words.HearEndAsync(token).ConfigureAwait(false);
                throw OtherKey(peer);
            }
            await words.SayAsync([Yes, .. key.Prove(Server, conversation)], token).ConfigureAwait(false);
            if (greeting.Purpose == Purpose.Knock)
                await words.HearEndAsync(token).ConfigureAwait(false);
            return greeting.Purpose;
        }, cancellationToken);

    private async Task<Purpose> WithinLimitAsync(
        PeerWords words, string peer, Func<PeerWords, CancellationToken, Task<Purpose>> talk, CancellationToken cancellationToken)
    {
        using var timed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timed.CancelAfter(limit);
        try
        {
            return await talk(words, timed.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException error) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(error.Message, error, cancellationToken);
        }
        catch (OperationCanceledException error) when (timed.IsCancellationRequested)
        {
            throw new HandshakeException(
                $"The process at {peer} has not proved within {limit.TotalSeconds:0.#} s that it may join.", error);
        }
        catch (Exception error) when (error is not HandshakeException)
        {
            // A connection ends with exceptions of many kinds: of sockets, of pipes, of TLS.
            throw PeerWords.Closed(peer, error);
        }
    }

    private HandshakeException? Difference(Greeting peers, string peer)
    {
        if (peers.Version != own.Version)
        {
            return new HandshakeException(
                $"The process at {peer} has version {peers.Version} of Offloop.Cluster and this one has {own.Version}; use one minor "
                + "version in all processes of a cluster.");
        }
        return peers.ClusterId == own.ClusterId ? null : new HandshakeException(
            $"The process at {peer} belongs to the cluster '{peers.ClusterId}' and this one to '{own.ClusterId}'; give both the same "
            + "ClusterId.");
    }

    private HandshakeException OtherKey(string peer) =>
        new($"The process at {peer} has another key than this one, which has that of '{key.Path}'; give both the same KeyFile.");
}
