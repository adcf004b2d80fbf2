using Offloop.Cluster.Messages;
using Offloop.Invocation;
using Offloop.Payloads;

namespace Offloop.Cluster.Coordination;

/// <summary>What an executor asks of its nodes: the same for each.</summary>
internal static class Terms
{
    /// <summary>The answer to a node that is admitted, without its session. Throws <see cref="ArgumentException"/> if no worker could find
    /// a method.</summary>
    public static JoinAnswer Of(ClusterExecutorOptions options, PayloadFormat format) => new()
    {
        NodeTimeout = options.Network.NodeTimeout,
        MaxMessageBytes = options.MaxMessageBytes,
        JsonOptions = MethodIdentity.OfJsonOptions(options.JsonOptions) is { } method ? Packed.Pack(method) : null,
        Initializer = Of(options.Initializer, format),
        ThreadInitializer = Of(options.ThreadInitializer, format),
    };

    private static Initialization? Of(WorkerInitializer? initializer, PayloadFormat format) => initializer is null
        ? null
        : new Initialization(
            Packed.Pack(initializer.Require(format).Identity.AsDotnetMethod()), Carried.Inline(initializer.WriteArgument(format)));
}
