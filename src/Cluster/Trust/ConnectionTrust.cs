using Microsoft.AspNetCore.Connections;
using Orleans.Configuration;

namespace Offloop.Cluster.Trust;

/// <summary>Makes every connection of a silo, in both directions, begin with TLS, if it is set, and then the handshake. Orleans sends and
/// reads nothing before both have succeeded.</summary>
internal sealed class ConnectionTrust(ClusterHandshake handshake, Refusals refusals)
{
    private static readonly object s_reached = new();

    public void Apply(ISiloBuilder silo, ClusterTls? tls)
    {
        // What is added first is outermost.
        if (tls is not null)
        {
            silo.Configure<SiloConnectionOptions>(options => options.ConfigureSiloInboundConnection(builder => builder.Use(WatchTls)));
            silo.UseTls(options => TlsRules.Apply(tls, options, refusals));
        }
        silo.Configure<SiloConnectionOptions>(options =>
        {
            options.ConfigureSiloInboundConnection(builder => builder.Use(Accept));
            options.ConfigureSiloOutboundConnection(builder => builder.Use(Connect));
        });
    }

    /// <summary>Orleans' part of TLS logs each failure, as often as peers like, and does not throw. So its lines are left out, and a
    /// connection that does not come through it is told here.</summary>
    private ConnectionDelegate WatchTls(ConnectionDelegate next) => async connection =>
    {
        await next(connection).ConfigureAwait(false);
        if (!connection.Items.ContainsKey(s_reached))
            refusals.Add($"What is at {connection.RemoteEndPoint} did not come through TLS; set Tls in all processes of the cluster.");
    };

    private ConnectionDelegate Accept(ConnectionDelegate next) => async connection =>
    {
        connection.Items[s_reached] = true;
        try
        {
            Purpose purpose = await handshake
                .AcceptAsync(connection.Transport, PeerOf(connection), connection.ConnectionClosed).ConfigureAwait(false);
            if (purpose == Purpose.Knock)
                return;
        }
        catch (HandshakeException error)
        {
            refusals.Add(error.Message);
            return;
        }
        catch (OperationCanceledException) when (connection.ConnectionClosed.IsCancellationRequested)
        {
            refusals.Add(PeerWords.Closed(PeerOf(connection), null).Message);
            return;
        }
        await next(connection).ConfigureAwait(false);
    };

    private ConnectionDelegate Connect(ConnectionDelegate next) => async connection =>
    {
        try
        {
            await handshake
                .ConnectAsync(connection.Transport, PeerOf(connection), Purpose.Silo, connection.ConnectionClosed).ConfigureAwait(false);
        }
        catch (HandshakeException error)
        {
            refusals.Add(error.Message);
            throw new ConnectionAbortedException(error.Message, error);
        }
        await next(connection).ConfigureAwait(false);
    };

    private static string PeerOf(ConnectionContext connection) => connection.RemoteEndPoint?.ToString() ?? "an unknown address";
}
