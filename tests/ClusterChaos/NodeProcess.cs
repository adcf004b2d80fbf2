using System.Diagnostics;
using System.Globalization;
using System.Net;
using Offloop.Chaos.Nodes.Networks;

namespace Offloop.Chaos.Nodes;

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

    /// <summary>Starts a node that joins an executor.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="place">What all nodes have in common.</param>
    /// <param name="hits">Hears of its name and process before anyone else can, and of its complaints.</param>
    public static async Task<NodeProcess> StartAsync(string name, NodePlace place, Hits hits)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(NodeProcess).Assembly.Location, "--node"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TMPDIR"] = place.Directory;
        var node = new NodeProcess(name, Process.Start(place.Network is null ? start : CableNetwork.Apart(start))!);
        StreamReader output = node._process.StandardOutput;
        if (await output.ReadLineAsync() is null)
            throw new IOException($"The process of {name} ended before it was up.");
        hits.Introduce(name, node.Id);
        node._process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is { Length: > 0 } said)
                hits.Tell($"{name} says: {said}");
        };
        node._process.BeginErrorReadLine();
        node.Cable = place.Network?.Lay(node.Id);
        _ = node.ReadAsync(output);
        var listen = new IPEndPoint(node.Cable?.Address ?? IPAddress.Loopback, 0);
        node._process.StandardInput.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name} {place.Join} {listen} {place.Slots} {place.NodeTimeout.TotalSeconds} {place.KeyFile}"));
        node._process.StandardInput.Flush();
        return node;
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
