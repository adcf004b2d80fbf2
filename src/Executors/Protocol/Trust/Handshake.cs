using System.Runtime.CompilerServices;

namespace Offloop.Protocol;

/// <summary>Lets the two ends of a pipe prove themselves before either parses anything. The server says its secret and the client answers
/// with the worker's. The worker got both on its standard input.</summary>
internal static class Handshake
{
    public const int SecretBytes = 32;

    public static byte[] NewSecret() => Secret.New(SecretBytes);

    /// <summary>Does the server's part; false if the peer is not the worker.</summary>
    public static async Task<bool> AcceptAsync(Stream pipe, LaunchMessage launch, CancellationToken cancellationToken)
    {
        await pipe.WriteAsync(launch.ServerSecret, cancellationToken).ConfigureAwait(false);
        byte[] said = new byte[SecretBytes];
        int count = await pipe.ReadAtLeastAsync(said, said.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return IsSecret(said.AsSpan(0, count), launch.WorkerSecret);
    }

    /// <summary>Does the worker's part; false if the server is not its coordinator, which then does not learn
    /// the worker's secret.</summary>
    public static bool Connect(Stream pipe, LaunchMessage launch)
    {
        byte[] said = new byte[SecretBytes];
        int count = pipe.ReadAtLeast(said, said.Length, throwOnEndOfStream: false);
        if (!IsSecret(said.AsSpan(0, count), launch.ServerSecret))
            return false;
        pipe.Write(launch.WorkerSecret);
        return true;
    }

    /// <summary>Compares in a time that depends on the lengths only. CryptographicOperations.FixedTimeEquals does just this, but a worker
    /// would load its assembly for nothing else: 1.2 MiB of an idle worker, and part of its start.</summary>
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
