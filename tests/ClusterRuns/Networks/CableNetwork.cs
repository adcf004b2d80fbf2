using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Text.RegularExpressions;

namespace Offloop.ClusterRuns.Networks;

/// <summary>A network inside this machine: this process at a switch (a bridge), and other processes, each in a network namespace of its
/// own, at the other end of a cable that can be cut. It needs Linux, the right to make namespaces, and the program <c>ip</c>.</summary>
public sealed partial class CableNetwork : IDisposable
{
    private const int PrefixLength = 20;

    private static readonly Lock s_making = new(); // so that two do not choose the same addresses
    private static int s_made;

    private readonly string _name;
    private readonly IPAddress _first; // the network's own
    private int _cables;

    private CableNetwork(string name, IPAddress first)
    {
        (_name, _first) = (name, first);
        Address = AddressOf(1);
    }

    /// <summary>The address of this process.</summary>
    public IPAddress Address { get; }

    /// <summary>Makes a network; null if that is not possible here, with the reason as half a sentence.</summary>
    public static CableNetwork? TryMake(out string reason)
    {
        reason = "that needs Linux";
        if (!OperatingSystem.IsLinux())
            return null;
        try
        {
            reason = "this process may not make a network namespace";
            if (Run("unshare", "--net", "true") is not null)
                return null;
            reason = "this process may not make a network";
            lock (s_making)
                return TryMakeNow();
        }
        catch (Win32Exception error)
        {
            reason = error.Message;
            return null;
        }
    }

    /// <summary>Lets a program start in a network namespace that has no cable yet. The process has the same id.</summary>
    public static ProcessStartInfo Apart(ProcessStartInfo start)
    {
        ArgumentNullException.ThrowIfNull(start);
        start.ArgumentList.Insert(0, "--net");
        start.ArgumentList.Insert(1, start.FileName);
        start.FileName = "unshare";
        return start;
    }

    /// <summary>Lays a cable to a process that is in its namespace already: it has said something.</summary>
    public Cable Lay(int process)
    {
        int number = Interlocked.Increment(ref _cables);
        string pid = process.ToString(CultureInfo.InvariantCulture);
        string name = string.Create(CultureInfo.InvariantCulture, $"{_name}v{number}");
        IPAddress address = AddressOf(number + 1);
        Require("ip", "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", pid);
        Require("ip", "link", "set", name, "master", _name, "up");
        Require(
            "nsenter", "--target", pid, "--net", "sh", "-c",
            $"ip link set lo up && ip addr add {address}/{PrefixLength} dev eth0 && ip link set eth0 up");
        return new Cable(name, address);
    }

    public void Dispose() => Run("ip", "link", "delete", _name);

    private static CableNetwork? TryMakeNow()
    {
        RemoveLeft();
        string name = string.Create(CultureInfo.InvariantCulture, $"o{Environment.ProcessId}x{++s_made}");
        var network = new CableNetwork(name, FreeNetwork());
        if (Run("ip", "link", "add", name, "type", "bridge") is not null)
            return null;
        network.Require("ip", "addr", "add", $"{network.Address}/{PrefixLength}", "dev", name);
        network.Require("ip", "link", "set", name, "up");
        return network;
    }

    /// <summary>Removes the networks of processes that were killed: nothing else ends them.</summary>
    private static void RemoveLeft()
    {
        foreach (NetworkInterface one in NetworkInterface.GetAllNetworkInterfaces())
        {
            if (Bridge().Match(one.Name) is { Success: true } left && !Directory.Exists($"/proc/{left.Groups["process"].Value}"))
                _ = Run("ip", "link", "delete", one.Name);
        }
    }

    /// <summary>Runs a program, and returns what it complains of; null if it has done what it should.</summary>
    internal static string? Run(string program, params string[] arguments)
    {
        using Process run = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        string complaint = run.StandardError.ReadToEnd();
        run.WaitForExit();
        return run.ExitCode == 0 ? null : $"{program} {string.Join(' ', arguments)}: {complaint}";
    }

    private void Require(string program, params string[] arguments)
    {
        if (Run(program, arguments) is not { } complaint)
            return;
        Dispose();
        throw new InvalidOperationException(complaint);
    }

    /// <summary>A part of 198.18.0.0/15, which is for such purposes (RFC 2544), that nobody uses here.</summary>
    private static IPAddress FreeNetwork()
    {
        const int Parts = 32;
        HashSet<int> taken =
        [
            .. NetworkInterface.GetAllNetworkInterfaces()
                .SelectMany(static one => one.GetIPProperties().UnicastAddresses)
                .Select(static one => one.Address.GetAddressBytes())
                .Where(static bytes => bytes is [198, 18 or 19, _, _])
                .Select(static bytes => ((bytes[1] - 18) * 16) + (bytes[2] / 16)),
        ];
        int part = Enumerable.Range(Environment.ProcessId, Parts).Select(static number => number % Parts)
            .First(number => !taken.Contains(number));
        return new IPAddress([198, (byte)(18 + (part / 16)), (byte)(part % 16 * 16), 0]);
    }

    private IPAddress AddressOf(int number)
    {
        byte[] bytes = _first.GetAddressBytes();
        bytes[2] += (byte)(number / 254);
        bytes[3] = (byte)(1 + (number % 254));
        return new IPAddress(bytes);
    }

    [GeneratedRegex("^o(?<process>[0-9]+)x[0-9]+$")]
    private static partial Regex Bridge();
}
