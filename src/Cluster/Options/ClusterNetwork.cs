using System.Net;
using System.Runtime.CompilerServices;
using Offloop.Cluster.Options;

namespace Offloop;

/// <summary>How the processes of a cluster reach and trust each other: the same settings for the executor and for its nodes. Immutable;
/// each property validates its value when it is set.
/// <para>Whoever takes part in a cluster can run code in it. So the default is the loopback address, every connection begins with a proof
/// that both ends have the same key, and any other address needs <see cref="Tls"/> or <see cref="AllowInsecureNetwork"/>.</para></summary>
public sealed record ClusterNetwork
{
    /// <summary>The longest <see cref="ClusterId"/>.</summary>
    internal const int MaxClusterId = 64;

    /// <summary>The address at which this process listens, and which it tells the others. It must be an address of this machine that they
    /// can reach, and so not 0.0.0.0.</summary>
    /// <value>Port 0 is any free one. The default is 127.0.0.1 with port 0.</value>
    /// <exception cref="ArgumentException">The address stands for all addresses of the machine.</exception>
    public IPEndPoint ListenOn { get; init => field = OneAddress(Check.NotNull(value)); } = new(IPAddress.Loopback, 0);

    /// <summary>The process to join, as <c>HOST:PORT</c>: the one that keeps the list of members, which is the executor. An IPv6 address
    /// stands in brackets. Only with <see cref="ClusterStore.Embedded"/>: in another store members find each other.</summary>
    /// <value>The default, null, is for the process that keeps the list itself.</value>
    /// <exception cref="ArgumentException">The text is not <c>HOST:PORT</c>.</exception>
    public string? Join { get; init => field = value is null ? null : HostAndPort.Parse(value).ToString(); }

    /// <summary>Where the list of members is kept. All processes of a cluster use the same store.</summary>
    /// <value>The default is <see cref="ClusterStore.Embedded"/>.</value>
    public ClusterStore Store { get; init => field = Check.NotNull(value); } = ClusterStore.Embedded;

    /// <summary>The name of the cluster. Processes of different clusters refuse each other, also where they share a store.</summary>
    /// <value>1 to 64 letters, digits, hyphens, dots and underscores of ASCII. The default is <c>offloop</c>.</value>
    /// <exception cref="ArgumentException">The name is empty, too long or has another character.</exception>
    public string ClusterId { get; init => field = PlainName(Check.NotNull(value)); } = "offloop";

    /// <summary>The file with the key that all processes of a cluster share: any 32 to 1024 bytes; line ends and spaces at the end do not
    /// count. On systems other than Windows only its owner may be allowed to read it.
    /// <para>The default is a file of this user, <c>offloop/cluster.key</c> in the folder for the settings of applications (such as
    /// <c>~/.config</c>). It is made when it is first used. Copy it to the other machines of the cluster. A file that is named here is not
    /// made.</para></summary>
    /// <value>A path. The default, null, is the user's own file.</value>
    /// <exception cref="ArgumentException">The path is empty or cannot be a path.</exception>
    public string? KeyFile { get; init => field = value is null ? null : Path.GetFullPath(Check.NotEmpty(value)); }

    /// <summary>Encrypts all connections, and admits only those whose certificate an authority of the cluster has issued. All processes of
    /// a cluster have it, or none.</summary>
    /// <value>The default, null, encrypts nothing.</value>
    public ClusterTls? Tls { get; init; }

    /// <summary>Whether <see cref="ListenOn"/> may be an address that other machines can reach although there is no <see cref="Tls"/>: only
    /// for networks that let nobody else in, because connections can be read and changed on their way.</summary>
    /// <value>The default is false.</value>
    public bool AllowInsecureNetwork { get; init; }

    /// <summary>The time after which a process that gives no answer is lost: the others go on without it, and it may not come back. The
    /// shorter it is, the sooner its tasks run elsewhere, and the shorter a pause (a busy machine, a stopped process, a break of the
    /// network) must be to cost nothing. Use the same in all processes of a cluster.</summary>
    /// <value>1 second or more. The default is 10 seconds.</value>
    public TimeSpan NodeTimeout { get; init => field = Check.AtLeast(value, TimeSpan.FromSeconds(1)); } = TimeSpan.FromSeconds(10);

    /// <summary>Throws <see cref="ArgumentException"/> if properties contradict each other.</summary>
    internal void Validate()
    {
        if (Join is not null && !Store.IsEmbedded)
        {
            throw new ArgumentException(
                $"Join is {Join}, but the members of a cluster find each other in its Store; leave Join out, or leave Store out.",
                "network");
        }
        if (!IPAddress.IsLoopback(ListenOn.Address) && Tls is null && !AllowInsecureNetwork)
        {
            throw new ArgumentException(
                $"ListenOn is {ListenOn}, which other machines can reach, but there is no Tls, and who can change what is sent can run "
                + "code here; set Tls, or AllowInsecureNetwork if that network lets nobody else in.", "network");
        }
    }

    private static IPEndPoint OneAddress(IPEndPoint value, [CallerMemberName] string property = "") =>
        value.Address.Equals(IPAddress.Any) || value.Address.Equals(IPAddress.IPv6Any)
            ? throw new ArgumentException(
                $"{property} is {value}, but the others must be told one address; give it the address at which they reach this machine.",
                property)
            : value;

    private static string PlainName(string value, [CallerMemberName] string property = "") =>
        value.Length is >= 1 and <= MaxClusterId && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_')
            ? value
            : throw new ArgumentException(
                $"{property} is '{value}', but it must be 1 to {MaxClusterId} letters, digits, hyphens, dots and underscores.",
                property);
}
