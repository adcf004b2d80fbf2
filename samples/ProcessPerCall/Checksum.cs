using System.Security.Cryptography;
using System.Text;

namespace Offloop.Samples.ProcessPerCall;

/// <summary>The work of one call.</summary>
internal static class Checksum
{
    public static string Of(int number) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"document {number}")));
}
