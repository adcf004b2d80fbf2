using System.Globalization;
using System.Text;

namespace Offloop.Cluster.Trust;

/// <summary>The first line of each end of a connection, in ASCII:
/// <c>offloop-cluster/1 0.3 offloop silo</c>, with the version of the package, the name of the cluster and what the connection is
/// for.</summary>
internal sealed record Greeting(string Version, string ClusterId, Purpose Purpose)
{
    public const int MaxClusterId = ClusterNetwork.MaxClusterId;

    /// <summary>The longest line that is read, with its end.</summary>
    public const int MaxLine = 128;

    /// <summary>How every line begins; the number is that of the handshake.</summary>
    public const string Start = "offloop-cluster/1 ";

    private const int MaxVersion = 16;

    /// <summary>The major and minor version of this package: all that have both in common work together.</summary>
    public static string OwnVersion { get; } = typeof(Greeting).Assembly.GetName().Version!.ToString(2);

    public byte[] ToLine() => Encoding.ASCII.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"{Start}{Version} {ClusterId} {(Purpose == Purpose.Knock ? "knock" : "silo")}\n"));

    /// <summary>Reads a line without its end; null if it is not one.</summary>
    public static Greeting? Parse(string line)
    {
        if (!line.StartsWith(Start, StringComparison.Ordinal))
            return null;
        string[] words = line[Start.Length..].Split(' ');
        if (words is not [{ Length: > 0 and <= MaxVersion } version, { Length: > 0 and <= MaxClusterId } cluster, "knock" or "silo"])
            return null;
        return line.All(static c => c is >= ' ' and <= '~')
            ? new Greeting(version, cluster, words[2] == "knock" ? Purpose.Knock : Purpose.Silo)
            : null;
    }
}

/// <summary>What a connection is for.</summary>
internal enum Purpose
{
    /// <summary>Messages between two silos.</summary>
    Silo,

    /// <summary>Nothing but the handshake: a process that is about to join asks whether it would be admitted.</summary>
    Knock,
}
