using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;

namespace Offloop.Cluster.Options;

/// <summary>A place to connect to, as people write it: <c>node1:11111</c>, <c>10.0.0.5:11111</c> or <c>[::1]:11111</c>.</summary>
internal sealed record HostAndPort(string Host, int Port)
{
    /// <exception cref="ArgumentException">The text has another form.</exception>
    public static HostAndPort Parse(string text, [CallerMemberName] string property = "")
    {
        int colon = text.LastIndexOf(':');
        if (colon > 0 && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port)
            && port is > 0 and <= ushort.MaxValue && HostOf(text[..colon]) is { } host)
        {
            return new HostAndPort(host, port);
        }
        throw new ArgumentException(
            $"{property} is '{text}', but it must be HOST:PORT, such as 10.0.0.5:11111 or [::1]:11111.", property);
    }

    /// <summary>The addresses of the host, in the order in which the system names them.</summary>
    public async Task<IReadOnlyList<IPEndPoint>> ResolveAsync(CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(Host, out IPAddress? address))
            return [new IPEndPoint(address, Port)];
        IPAddress[] found = await Dns.GetHostAddressesAsync(Host, cancellationToken).ConfigureAwait(false);
        return [.. found.Select(one => new IPEndPoint(one, Port))];
    }

    public override string ToString() =>
        Host.Contains(':', StringComparison.Ordinal)
            ? string.Create(CultureInfo.InvariantCulture, $"[{Host}]:{Port}")
            : string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");

    private static string? HostOf(string text)
    {
        if (text is ['[', .. string inner, ']'])
            return IPAddress.TryParse(inner, out IPAddress? address) ? address.ToString() : null;
        return Uri.CheckHostName(text) is UriHostNameType.Dns or UriHostNameType.IPv4 ? text : null;
    }
}
