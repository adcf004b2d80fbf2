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
        byte[] said = new byte[SecretBytes];
        int count = await pipe.ReadAtLeastAsync(said, said.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return IsSecret(said.AsSpan(0, count), launch.WorkerSecret);
    }

    /// <summary>The worker's part. False when the server is not its coordinator; the worker's secret has not been told then.</summary>
    public static bool Connect(Stream pipe, LaunchMessage launch)
    {
        byte[] said = new byte[SecretBytes];
        int count = pipe.ReadAtLeast(said, said.Length, throwOnEndOfStream: false);
        if (!IsSecret(said.AsSpan(0, count), launch.ServerSecret))
            return false;
        pipe.Write(launch.WorkerSecret);
        return true;
    }

    private static bool IsSecret(ReadOnlySpan<byte> said, byte[] secret) => CryptographicOperations.FixedTimeEquals(said, secret);
}
