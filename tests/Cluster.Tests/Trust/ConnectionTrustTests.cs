using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Offloop.Cluster.Trust;

namespace Offloop.Tests.Cluster.Trust;

public sealed class ConnectionTrustTests
{
    /// <summary>What Orleans itself says first: the length of its preamble, and the preamble.</summary>
    private static readonly byte[] s_orleans = [0x20, 0, 0, 0, .. new byte[32]];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = Waiting.Hang)]
    public async Task Another_key_cluster_or_version_is_refused_and_both_sides_say_why()
    {
        await using var silos = new TestSilos();
        await silos.StartAsync(silos.Network, "first");
        string otherKey = silos.Keys.Write("other.key", new string('o', 40));

        ClusterStartException error = await silos.FailsToStartAsync(silos.Joining with { KeyFile = otherKey });
        Assert.Contains($"has another key than this one, which has that of '{otherKey}'", error.Message, StringComparison.Ordinal);
        await silos.Log.LineAsync("Warning: A connection was refused", "has another key than this one", silos.Keys.KeyFile);

        error = await silos.FailsToStartAsync(silos.Joining with { ClusterId = "other" });
        Assert.Contains("belongs to the cluster 'offloop' and this one to 'other'", error.Message, StringComparison.Ordinal);

        // A process of another version joins this one, and this one joins such a process.
        HandshakeException refused = await Assert.ThrowsAsync<HandshakeException>(() => TalkAsync(
            silos.First.EndPoint, pipe => Handshake("0.1", silos).ConnectAsync(pipe, "the other", Purpose.Silo, Token)));
        Assert.Contains(
            $"version {Greeting.OwnVersion} of Offloop.Cluster and this one has 0.1", refused.Message, StringComparison.Ordinal);

        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task<ClusterStartException> failing = silos.FailsToStartAsync(silos.JoiningAt(listener.LocalEndpoint));
        using (Socket accepted = await listener.AcceptSocketAsync(Token))
        {
            await using var stream = new NetworkStream(accepted);
            await Assert.ThrowsAsync<HandshakeException>(() => Handshake("0.1", silos).AcceptAsync(new Pipes(stream), "the other", Token));
        }
        Assert.Contains(
            $"version 0.1 of Offloop.Cluster and this one has {Greeting.OwnVersion}", (await failing).Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task Strangers_are_dropped_before_Orleans_hears_or_says_a_byte()
    {
        await using var silos = new TestSilos();
        await silos.StartAsync(silos.Network, "first");

        IPEndPoint place = silos.First.EndPoint;
        Task<byte[]> silent = AnswerAsync(place, [], isDone: false);
        Assert.Empty(await AnswerAsync(place, s_orleans));
        Assert.Empty(await AnswerAsync(place, "GET / HTTP/1.1\r\n\r\n"u8.ToArray()));
        Assert.Empty(await AnswerAsync(place, Encoding.ASCII.GetBytes(Greeting.Start + new string('x', 200))));

        // One that knows the words, but not the key: it hears the greeting, and a no.
        byte[] line = new Greeting(Greeting.OwnVersion, "offloop", Purpose.Silo).ToLine();
        byte[] answer = await AnswerAsync(
            place, [.. line, .. new byte[ClusterHandshake.NonceBytes + ClusterKey.ProofBytes]], isDone: false);
        Assert.Equal(line.Length + ClusterHandshake.NonceBytes + 1, answer.Length);
        Assert.Equal((byte)'n', answer[^1]);

        Assert.Empty(await silent);
        await silos.Log.LineAsync("A connection was refused: What is at 127.0.0.1", "is no process of this cluster");
    }

    /// <summary>Whoever listens where the process to join should be cannot pass for it without the key.</summary>
    [Fact(Timeout = Waiting.Hang)]
    public async Task A_process_does_not_join_one_that_cannot_prove_the_key()
    {
        await using var silos = new TestSilos();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        byte[] line = new Greeting(Greeting.OwnVersion, "offloop", Purpose.Silo).ToLine();

        Task<ClusterStartException> failing = silos.FailsToStartAsync(silos.JoiningAt(listener.LocalEndpoint));
        using Socket accepted = await listener.AcceptSocketAsync(Token);
        await accepted.SendAsync(
            (byte[])[.. line, .. new byte[ClusterHandshake.NonceBytes], (byte)'y', .. new byte[ClusterKey.ProofBytes]], Token);

        Assert.Contains("has another key than this one", (await failing).Message, StringComparison.Ordinal);
    }

    private static ClusterHandshake Handshake(string version, TestSilos silos) =>
        new(new Greeting(version, silos.Network.ClusterId, Purpose.Silo), ClusterKey.Load(silos.Keys.KeyFile), ClusterHandshake.Limit);

    private static async Task TalkAsync(IPEndPoint place, Func<IDuplexPipe, Task> talk)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(place, Token);
        await talk(new Pipes(client.GetStream()));
    }

    /// <summary>Says something, and returns what is answered until the other end closes.</summary>
    private static async Task<byte[]> AnswerAsync(IPEndPoint place, byte[] words, bool isDone = true)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(place, Token);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(words, Token);
        if (isDone)
            client.Client.Shutdown(SocketShutdown.Send);
        var answer = new MemoryStream();
        try
        {
            await stream.CopyToAsync(answer, Token);
        }
        catch (IOException)
        {
            // It closes with a reset if it has not read everything.
        }
        return answer.ToArray();
    }

    private sealed class Pipes(Stream stream) : IDuplexPipe
    {
        public PipeReader Input { get; } = PipeReader.Create(stream);

        public PipeWriter Output { get; } = PipeWriter.Create(stream);
    }
}
