using System.Diagnostics;
using System.Globalization;
using System.Net;
using Offloop.Chaos;
using Offloop.ClusterRuns.Networks;

namespace Offloop.ClusterRuns.Nodes;

/// <summary>A process that is a node, as its attacker sees it.</summary>
internal sealed class NodeProcess : IDisposable
{
    private readonly Process _process;
    private readonly TaskCompletionSource<string> _said = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private NodeProcess(string name, Process process)
    {
        (Name, _process) = (name, process);
        Id = process.Id;
    }

    public string Name { get; }

    public int Id { get; }

    /// <summary>Its cable; null if there is no network that can be cut.</summary>
    public Cable? Cable { get; private set; }

    /// <summary>Whether a blow falls on it now. One at a time, so that each has its time.</summary>
    public bool IsHit { get; set; }

    /// <summary>Completes when the process has ended, with what it said then.</summary>
    public Task<string> Ended => _said.Task;

    public int ExitCode => _process.ExitCode;

    /// <summary>Starts a process, which is no node yet.</summary>
    /// <param name="name">What the node is called.</param>
    /// <param name="place">What all nodes have in common.</param>
    /// <param name="tell">Hears of its complaints.</param>
    public static async Task<NodeProcess> StartAsync(string name, NodePlace place, Action<string> tell)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(NodeProcess).Assembly.Location, "--node"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TMPDIR"] = place.Directory;
        var node = new NodeProcess(name, Process.Start(place.Network is null ? start : CableNetwork.Apart(start))!);
        node._process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is { Length: > 0 } said)
                tell($"{name} says: {said}");
        };
        node._process.BeginErrorReadLine();
        StreamReader output = node._process.StandardOutput;
        if (await output.ReadLineAsync() is null)
            throw new IOException($"The process of {name} ended before it was up.");
        node.Cable = place.Network?.Lay(node.Id);
        _ = node.ReadAsync(output);
        return node;
    }

    /// <summary>Lets it join its executor.</summary>
    public void Join(NodePlace place)
    {
        var listen = new IPEndPoint(Cable?.Address ?? IPAddress.Loopback, 0);
        _process.StandardInput.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Name} {place.Join} {listen} {place.Slots} {place.NodeTimeout.TotalSeconds} {place.KeyFile}"));
        _process.StandardInput.Flush();
    }

    public void Signal(int signal) => _ = PoolProcesses.Signal(Id, signal);

    /// <summary>Ends the process if it is there: it has been asked before.</summary>
    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private async Task ReadAsync(StreamReader output)
    {
        string said = await output.ReadToEndAsync();
        await _process.WaitForExitAsync();
        _said.TrySetResult(said.Trim());
    }
}

/// <summary>What all nodes of a run have in common.</summary>
/// <param name="Join">The executor.</param>
/// <param name="Network">The network that can be cut, if there is one.</param>
/// <param name="Directory">Their temporary directory, by which their workers are found.</param>
/// <param name="KeyFile">The key of the cluster.</param>
/// <param name="Slots">The slots of each.</param>
/// <param name="NodeTimeout">After so much silence they are lost.</param>
internal sealed record NodePlace(
    IPEndPoint Join, CableNetwork? Network, string Directory, string KeyFile, int Slots, TimeSpan NodeTimeout);
