using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Offloop.Cluster.Options;
using Offloop.Cluster.Trust;

namespace Offloop.Cluster.Silos;

/// <summary>One start of a silo: what can be wrong is looked at first, in the order in which a user can mend it.</summary>
internal sealed class SiloStart(ClusterNetwork network, string name, Action<IServiceCollection> services, ILoggerFactory logs)
{
    /// <summary>Between the choice of a free port and its use another process may take it.</summary>
    private const int MaxPorts = 5;

    private readonly ILogger _logger = logs.CreateLogger(ClusterSilo.Category);

    /// <exception cref="ClusterStartException">The silo could not be started, or is not admitted.</exception>
    public async Task<ClusterSilo> RunAsync(CancellationToken cancellationToken)
    {
        network.Validate();
        var handshake = new ClusterHandshake(
            new Greeting(Greeting.OwnVersion, network.ClusterId, Purpose.Silo), ClusterKey.Load(network.KeyFile), ClusterHandshake.Limit);
        IPEndPoint endPoint = ListenAddress.Choose(network.ListenOn);
        IPEndPoint? join = await FindAsync(handshake, cancellationToken).ConfigureAwait(false);
        await PrepareAsync(cancellationToken).ConfigureAwait(false);
        for (int port = 1; ; port++)
        {
            try
            {
                return await StartAsync(handshake, endPoint, join, cancellationToken).ConfigureAwait(false);
            }
            catch (ClusterStartException error) when (IsTaken(error) && network.ListenOn.Port == 0 && port < MaxPorts)
            {
                endPoint = ListenAddress.Choose(network.ListenOn);
            }
        }
    }

    /// <summary>The address of the process to join, which admits this one.</summary>
    private async Task<IPEndPoint?> FindAsync(ClusterHandshake handshake, CancellationToken cancellationToken)
    {
        if (network.Join is null)
            return null;
        IPEndPoint found;
        try
        {
            found = await Knock.WhereAsync(
                HostAndPort.Parse(network.Join), network.Tls, handshake, network.NodeTimeout, cancellationToken).ConfigureAwait(false);
        }
        catch (HandshakeException error)
        {
            throw new ClusterStartException(error.Message, error) { MayPass = error.MayPass };
        }
        if (!IPAddress.IsLoopback(found.Address) && IPAddress.IsLoopback(network.ListenOn.Address))
        {
            throw new ClusterStartException(
                $"The process to join is at {found}, which cannot reach {network.ListenOn.Address}; give ListenOn an address of this "
                + "machine that it can reach.");
        }
        return found;
    }

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        using var timed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timed.CancelAfter(SiloSettings.JoinLimit(network));
        try
        {
            await network.Store.PrepareAsync(timed.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested && error is not ClusterStartException)
        {
            // Each store has exceptions of its own, if it does not say itself what is wrong.
            throw new ClusterStartException(NotStarted(null, error), error);
        }
    }

    private async Task<ClusterSilo> StartAsync(
        ClusterHandshake handshake, IPEndPoint endPoint, IPEndPoint? join, CancellationToken cancellationToken)
    {
        var refusals = new Refusals(_logger, TimeProvider.System);
        var end = new SiloEnd();
        var loggers = new SiloLoggers(logs);
        using var timed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timed.CancelAfter(SiloSettings.JoinLimit(network));
        ClusterSilo? silo = null;
        try
        {
            IPEndPoint? keeper = network.Store.IsEmbedded ? join ?? endPoint : null;
            silo = new ClusterSilo(Build(), end, name, endPoint, keeper, loggers);
            Task starting = silo.StartServicesAsync(timed.Token);
            await Task.WhenAny(starting, end.Reason).WaitAsync(timed.Token).ConfigureAwait(false);
            if (!starting.IsCompleted)
                throw new ClusterStartException(await end.Reason.ConfigureAwait(false));
            await starting.ConfigureAwait(false);
            return silo;
        }
        catch (Exception error)
        {
            // Orleans fails in many ways. All of them come down to one sentence, and to a silo that is gone.
            if (silo is not null)
                await silo.DisposeAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            throw new ClusterStartException(NotStarted(refusals.Last, error), error);
        }

        ServiceProvider Build()
        {
            var all = new ServiceCollection();
            all.AddSingleton<ILoggerFactory>(loggers);
            all.AddSingleton<IFatalErrorHandler>(end);
            all.AddOrleans(builder =>
            {
                SiloSettings.Apply(builder, network, name, endPoint, join);
                new ConnectionTrust(handshake, refusals).Apply(builder, network.Tls);
                builder.AddPlacementDirector<SiloPlacement, SiloPlacementDirector>();
            });
            services(all);
            return all.BuildServiceProvider();
        }
    }

    private string NotStarted(string? refusal, Exception error)
    {
        if (refusal is not null)
            return refusal;
        Exception cause = error.GetBaseException();
        string place = network.Store.IsEmbedded ? "the cluster" : $"the cluster through {network.Store}";
        return cause is OperationCanceledException
            ? $"This process could not join {place} within {SiloSettings.JoinLimit(network).TotalSeconds:0} s; the log says what it has "
                + "tried."
            : $"This process could not join {place}: {cause.Message}";
    }

    private static bool IsTaken(Exception error)
    {
        for (Exception? cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is AddressInUseException or SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse })
                return true;
        }
        return false;
    }
}
