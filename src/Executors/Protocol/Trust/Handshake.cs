using System.Runtime.CompilerServices;
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

    /// <summary>In a time that depends on nothing but the lengths. CryptographicOperations.FixedTimeEquals does just this, and would be the
    /// only thing for which a worker loads its assembly: 1.2 MiB of an idle worker, and a part of its start.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.NoOptimization)]
    private static bool IsSecret(ReadOnlySpan<byte> said, ReadOnlySpan<byte> secret)
    {
        if (said.Length != secret.Length)
            return false;
        int difference = 0;
        for (int i = 0; i < secret.Length; i++)
            difference |= said[i] ^ secret[i];
        return difference == 0;
    }
}
