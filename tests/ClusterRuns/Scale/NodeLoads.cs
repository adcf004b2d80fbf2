namespace Offloop.ClusterRuns.Scale;

/// <summary>The tasks that are measured; they run in workers of nodes.</summary>
public static class NodeLoads
{
    public static int Nothing(int value) => value;

    public static int Sleep(int milliseconds)
    {
        Thread.Sleep(milliseconds);
        return milliseconds;
    }
}
