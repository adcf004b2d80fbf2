using System.Reflection;
using System.Runtime.InteropServices;

namespace Offloop.Coordinator.Cli;

/// <summary>What <c>--version</c> prints: the version, the commit that it was built from, and the runtime.</summary>
internal static class VersionLine
{
    private const int ShortCommit = 12;

    public static string Text
    {
        get
        {
            // The SDK appends the commit to the version if it builds in a clone.
            string[] parts = typeof(VersionLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
                .InformationalVersion.Split('+', 2);
            string commit = parts.Length > 1 ? parts[1][..Math.Min(ShortCommit, parts[1].Length)] : "unknown";
            return $"coordinator {parts[0]} (commit {commit}, {RuntimeInformation.FrameworkDescription}, "
                + $"{RuntimeInformation.RuntimeIdentifier})\n";
        }
    }
}
