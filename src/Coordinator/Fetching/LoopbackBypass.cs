using System.Net;

namespace Offloop.Coordinator.Fetching;

/// <summary>The machine's proxy for every host but the machine itself, because a proxy elsewhere could not reach a server on
/// 127.0.0.1.</summary>
internal sealed class LoopbackBypass(IWebProxy proxy) : IWebProxy
{
    public ICredentials? Credentials
    {
        get => proxy.Credentials;
        set => proxy.Credentials = value;
    }

    public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? destination : proxy.GetProxy(destination);

    public bool IsBypassed(Uri host) => host.IsLoopback || proxy.IsBypassed(host);
}
