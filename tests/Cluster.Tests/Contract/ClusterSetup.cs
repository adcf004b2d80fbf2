namespace Offloop.Tests;

/// <summary>The options of a contract test in the terms of a cluster.</summary>
internal static class ClusterSetup
{
    public static ClusterExecutorOptions ToCluster(this ExecutorSetup setup, ClusterExecutorOptions options) => options with
    {
        TaskTimeout = setup.TaskTimeout,
        CancellationGrace = setup.CancellationGrace,
        ShutdownTimeout = setup.ShutdownTimeout,
        JsonOptions = setup.JsonOptions,
        LoggerFactory = setup.LoggerFactory,
        TimeProvider = setup.Clock,
        QueueCapacity = setup.QueueCapacity,
        QueueFullMode = setup.QueueFullMode,
        Listeners = setup.Listeners,
    };
}
