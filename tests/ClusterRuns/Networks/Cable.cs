using System.Net;

namespace Offloop.ClusterRuns.Networks;

/// <summary>The cable of one process. While it is cut, what either end sends is lost without a word.</summary>
public sealed class Cable
{
    private readonly string _name;

    internal Cable(string name, IPAddress address) => (_name, Address) = (name, address);

    /// <summary>The address of the process at its other end.</summary>
    public IPAddress Address { get; }

    /// <summary>Cuts it. Says whether the process was still there.</summary>
    public Task<bool> CutAsync() => Task.Run(() => CableNetwork.Run("ip", "link", "set", _name, "down") is null);

    /// <summary>Mends it. Says whether the process was still there.</summary>
    public Task<bool> HealAsync() => Task.Run(() => CableNetwork.Run("ip", "link", "set", _name, "up") is null);
}
