using System.Security.Cryptography;

namespace Offloop.Protocol;

/// <summary>Makes bytes that nobody can guess.</summary>
internal static class Secret
{
    private const int GuidBytes = 16;

    /// <summary>Makes so many bytes. On Unix they are those of new Guids, which come from the system's cryptographic generator: 122 bits in
    /// 128 (the remarks of <see cref="Guid.NewGuid"/>; they do not promise that for Windows). There <see cref="RandomNumberGenerator"/>
    /// would load OpenSSL, which nothing else here needs, and a first result waits 8 ms for that.</summary>
    public static byte[] New(int length)
    {
        if (OperatingSystem.IsWindows())
            return RandomNumberGenerator.GetBytes(length);
        byte[] bytes = new byte[length];
        for (int start = 0; start < length; start += GuidBytes)
            Guid.NewGuid().ToByteArray().AsSpan(0, Math.Min(GuidBytes, length - start)).CopyTo(bytes.AsSpan(start));
        return bytes;
    }
}
