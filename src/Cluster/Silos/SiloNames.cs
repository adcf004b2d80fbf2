namespace Offloop.Cluster.Silos;

/// <summary>The names of silos, by which nodes find an executor among the members of the cluster.</summary>
internal static class SiloNames
{
    private const string ExecutorPrefix = "executor:";

    public static string OfExecutor(string name) => ExecutorPrefix + name;

    public static string OfNode(string name) => "node:" + name;

    public static bool IsExecutor(string silo) => silo.StartsWith(ExecutorPrefix, StringComparison.Ordinal);
}
