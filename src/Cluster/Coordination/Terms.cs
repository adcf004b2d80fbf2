using Offloop.Cluster.Messages;
using Offloop.Invocation;
using Offloop.Payloads;

namespace Offloop.Cluster.Coordination;

/// <summary>What an executor asks of its nodes: the same for each.</summary>
internal static class Terms
{
    /// <summary>The answer to a node that joins is one message, and Orleans takes 16 MiB.</summary>
    private const int MostInitializerBytes = 4 << 20;

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

    private static Initialization? Of(WorkerInitializer? initializer, PayloadFormat format)
    {
        if (initializer is null)
            return null;
        Payload argument = initializer.WriteArgument(format);
        if (argument.Bytes.Length > MostInitializerBytes)
        {
            throw new ArgumentException(
                $"The argument of an initializer has {argument.Bytes.Length} bytes, but in a cluster it may have {MostInitializerBytes}; "
                + "let the initializer read it from a file or a service.", nameof(initializer));
        }
        return new Initialization(Packed.Pack(initializer.Require(format).Identity.AsDotnetMethod()), Carried.Inline(argument));
    }
}
