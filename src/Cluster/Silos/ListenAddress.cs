using System.Net;
using System.Net.Sockets;
using Offloop.Cluster.Options;

namespace Offloop.Cluster.Silos;

/// <summary>Finds out whether a silo can listen at an address, and chooses a free port where none is given: Orleans has to know it
/// before.</summary>
internal static class ListenAddress
{
    /// <exception cref="ClusterStartException">Nobody can listen there.</exception>
    public static IPEndPoint Choose(IPEndPoint wanted)
    {
        try
        {
            using var socket = new Socket(wanted.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(wanted);
            socket.Listen();
            return (IPEndPoint)socket.LocalEndPoint!;
        }
        catch (SocketException error)
        {
            throw new ClusterStartException(Describe(wanted, error), error);
        }
    }

    private static string Describe(IPEndPoint wanted, SocketException error) => error.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse =>
            $"Another process listens at {wanted}; give ListenOn another port, or 0 for any that is free.",
        SocketError.AddressNotAvailable =>
            $"{wanted.Address} is no address of this machine; give ListenOn one that it has.",
        SocketError.AccessDenied =>
            $"This user may not listen at {wanted}; give ListenOn a port above 1023, or 0 for any that is free.",
        _ => $"This process cannot listen at {wanted} ({error.Message}); give ListenOn another address.",
    };
}
