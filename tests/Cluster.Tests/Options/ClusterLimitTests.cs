namespace Offloop.Tests.Options;

/// <summary>Settings that would break every task are refused before anything is started.</summary>
public sealed class ClusterLimitTests
{
    [Fact]
    public void Workers_of_a_node_that_are_no_dotnet_processes_are_refused()
    {
        var options = new ClusterNodeOptions
        {
            Network = new ClusterNetwork { Join = "127.0.0.1:7411" },
            Pool = new ProcessPoolOptions { Command = new WorkerCommand("python3", "worker.py") },
        };

        var error = Assert.Throws<ArgumentException>(() => new ClusterNode(options));

        Assert.StartsWith("Pool.Command is for tasks that are no .NET methods", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Regression: no node could join, and each said that the executor cannot be reached.</summary>
    [Fact]
    public void An_initializer_with_an_argument_that_no_join_could_carry_is_refused()
    {
        using var keys = new KeyFolder();
        var options = new ClusterExecutorOptions
        {
            Network = new ClusterNetwork { KeyFile = keys.KeyFile },
            Initializer = WorkerInitializer.Create(Take, new byte[5 << 20]),
        };

        var error = Assert.Throws<ArgumentException>(() => new ClusterExecutor(options));

        Assert.Contains("let the initializer read it from a file or a service", error.Message, StringComparison.Ordinal);
    }

    private static void Take(byte[] argument) => _ = argument;
}
