using System.Text.RegularExpressions;

namespace Offloop.Coordinator.Clustering;

/// <summary>Sentences of the library about the cluster's settings, in the words of the command line.</summary>
internal static partial class ClusterWords
{
    /// <summary>Names options where the sentence names properties.</summary>
    /// <param name="sentence">The library's sentence.</param>
    /// <param name="isNode">Whether it is a node's.</param>
    public static string InOptions(string sentence, bool isNode) => Property().Replace(
        sentence.Split(" (Parameter", 2)[0].ReplaceLineEndings(" "),
        found => found.Value switch
        {
            "ListenOn" => isNode ? "--listen" : "--cluster-listen",
            "Join" => "--join",
            "KeyFile" => "--cluster-key",
            "Tls" => "--tls-cert",
            "AllowInsecureNetwork" => "--insecure-network",
            "NodeTimeout" => "--node-timeout",
            var other => other,
        });

    [GeneratedRegex(@"\b(ListenOn|Join|KeyFile|Tls|AllowInsecureNetwork|NodeTimeout)\b")]
    private static partial Regex Property();
}
