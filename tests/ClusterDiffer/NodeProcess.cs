using System.Diagnostics;
using System.Text;

namespace Offloop.Differ.Nodes;

/// <summary>A node of one slot in a process of its own. What its tasks print comes out of this process's console, as if they had run
/// here.</summary>
internal sealed class NodeProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task _copied;

    /// <summary>Starts the process. It ends with this one.</summary>
    /// <param name="label">The label of the node.</param>
    /// <param name="executor">Where the executor listens.</param>
    /// <param name="keyFile">The key of the cluster.</param>
    public NodeProcess(string label, string executor, string keyFile)
    {
        var start = new ProcessStartInfo(
            "dotnet", ["exec", typeof(NodeProcess).Assembly.Location, "--node", label, executor, keyFile])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        _process = Process.Start(start)!;
        _copied = Task.WhenAll(
            CopyAsync(_process.StandardOutput, static text => Console.Out.Write(text)),
            CopyAsync(_process.StandardError, static text => Console.Error.Write(text)));
    }

    /// <summary>Is the node until the input ends.</summary>
    public static async Task<int> RunAsync(string label, string executor, string keyFile)
    {
        await using var node = new ClusterNode(new ClusterNodeOptions
        {
            Name = label,
            Labels = [label],
            Slots = 1,
            Network = new ClusterNetwork { Join = executor, KeyFile = keyFile },
            Pool = new ProcessPoolOptions { TaskOutput = TaskOutput.Inherit },
        });
        await Task.WhenAny(node.Completion, Console.In.ReadToEndAsync());
        return 0;
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _copied.Wait();
        _process.Dispose();
    }

    /// <summary>Asks for the console again each time, because it is replaced while programs run.</summary>
    private static async Task CopyAsync(StreamReader from, Action<ReadOnlySpan<char>> write)
    {
        char[] buffer = new char[4096];
        while (await from.ReadAsync(buffer) is > 0 and var count)
            write(buffer.AsSpan(0, count));
    }
}
