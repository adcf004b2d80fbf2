using System.Security.Cryptography;

namespace Offloop.Protocol;

/// <summary>How the two ends of a pipe prove themselves before either parses anything: the server says its secret, the client answers
/// with its own; both came to the worker on its standard input.</summary>
internal static class Handshake
{
    public const int SecretBytes = 32;

    public static byte[] NewSecret() => RandomNumberGenerator.GetBytes(SecretBytes);

    /// <summary>The server's part. False when the peer is not the worker.</summary>
    public static async Task<bool> AcceptAsync(Stream pipe, LaunchMessage launch, CancellationToken cancellationToken)
    {
        await pipe.WriteAsync(launch.ServerSecret, cancellationToken).ConfigureAwait(false);
        return await HearAsync(pipe, launch.WorkerSecret, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The worker's part. False when the server is not its coordinator; the worker's secret has not been told then.</summary>
    public static async Task<bool> ConnectAsync(Stream pipe, LaunchMessage launch, CancellationToken cancellationToken)
    {
        if (!await HearAsync(pipe, launch.ServerSecret, cancellationToken).ConfigureAwait(false))
            return false;
        await pipe.WriteAsync(launch.WorkerSecret, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private static async Task<bool> HearAsync(Stream pipe, byte[] secret, CancellationToken cancellationToken)
    {
        byte[] said = new byte[SecretBytes];
        int count = await pipe.ReadAtLeastAsync(said, said.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return count == said.Length && CryptographicOperations.FixedTimeEquals(said, secret);
    }
}
