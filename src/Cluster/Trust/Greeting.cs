namespace Offloop.Cluster.Trust;

internal sealed record Greeting { public const int MaxClusterId = 64; }
