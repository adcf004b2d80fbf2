using Nerdbank.Streams;
using Offloop.Protocol;

namespace Offloop.Tests.Protocol;

public class HandshakeTests
{
    private const int Hang = 60_000;

    private readonly LaunchMessage _launch = new()
    {
        Version = LaunchMessage.CurrentVersion,
        WorkerId = 1,
        ControlPipe = "",
        ReportPipe = "",
        DataPipe = "",
        StartMarkFile = "",
        ServerSecret = Handshake.NewSecret(),
        WorkerSecret = Handshake.NewSecret(),
        CoordinatorProcessId = Environment.ProcessId,
        MaxMessageBytes = 1,
    };

    [Fact(Timeout = Hang)]
    public async Task The_two_ends_recognise_each_other_and_nothing_is_left_on_the_pipe()
    {
        (Stream server, Stream client) = FullDuplexStream.CreatePair();
        Task<bool> accepted = Handshake.AcceptAsync(server, _launch, default);
        Assert.True(await Task.Run(() => Handshake.Connect(client, _launch)));
        Assert.True(await accepted);

        await server.WriteAsync(new byte[] { 1 });
        await client.WriteAsync(new byte[] { 2 });
        Assert.Equal(1, client.ReadByte());
        Assert.Equal(2, server.ReadByte());
    }

    [Fact(Timeout = Hang)]
    [Trait("Conformance", "J111")]
    [Trait("Conformance", "J112")]
    public async Task A_client_with_another_secret_is_refused()
    {
        (Stream server, Stream client) = FullDuplexStream.CreatePair();
        Task<bool> accepted = Handshake.AcceptAsync(server, _launch, default);
        Assert.True(await Task.Run(() => Handshake.Connect(client, _launch with { WorkerSecret = Handshake.NewSecret() })));
        Assert.False(await accepted);
    }

    [Fact(Timeout = Hang)]
    [Trait("Conformance", "J111")]
    public async Task A_worker_does_not_tell_its_secret_to_an_impostor()
    {
        (Stream server, Stream client) = FullDuplexStream.CreatePair();
        await server.WriteAsync(Handshake.NewSecret());
        Assert.False(await Task.Run(() => Handshake.Connect(client, _launch)));

        await client.DisposeAsync();
        Assert.Equal(-1, server.ReadByte()); // not one byte came
    }

    [Fact(Timeout = Hang)]
    [Trait("Conformance", "J112")]
    public async Task A_silent_client_is_waited_for_only_as_long_as_the_token_allows()
    {
        (Stream server, _) = FullDuplexStream.CreatePair();
        using var silence = new CancellationTokenSource();
        Task<bool> accepted = Handshake.AcceptAsync(server, _launch, silence.Token);
        Assert.False(accepted.IsCompleted);
        await silence.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => accepted);
    }

    [Fact(Timeout = Hang)]
    [Trait("Conformance", "J112")]
    public async Task Half_a_secret_is_none()
    {
        (Stream server, Stream client) = FullDuplexStream.CreatePair();
        Task<bool> accepted = Handshake.AcceptAsync(server, _launch, default);
        await client.WriteAsync(_launch.WorkerSecret.AsMemory(0, Handshake.SecretBytes / 2));
        await client.DisposeAsync();
        Assert.False(await accepted);
    }

    [Fact]
    public void Secrets_differ_and_are_never_printed()
    {
        Assert.Equal(Handshake.SecretBytes, Handshake.NewSecret().Length);
        Assert.NotEqual(Handshake.NewSecret(), Handshake.NewSecret());
        Assert.Equal($"LaunchMessage {{ Version = {LaunchMessage.CurrentVersion}, WorkerId = 1 }}", _launch.ToString());
    }
}
