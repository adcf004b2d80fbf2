using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Offloop.Cluster.Options;
using Offloop.Surroundings;

namespace Offloop.Cluster.Silos;

/// <summary>One silo of Orleans inside this process. It has services of its own and leaves the application alone: it does not write to the
/// console, does not listen to signals, and never ends the process. Thread-safe.</summary>
internal sealed class ClusterSilo : IAsyncDisposable
{
    /// <summary>The category of the library's own lines.</summary>
    public const string Category = "Offloop.Cluster";

    /// <summary>The time that a graceful stop has until it is hurried: it waits for calls, and some of them have no end.</summary>
    private static readonly TimeSpan s_graceLimit = TimeSpan.FromSeconds(3);

    /// <summary>The time that a hurried stop has. Then the silo is left to itself.</summary>
    private static readonly TimeSpan s_stopLimit = TimeSpan.FromSeconds(10);

    private readonly Lock _using = new();
    private readonly ServiceProvider _services;
    private readonly SiloEnd _end;
    private readonly IPEndPoint? _keeper;
    private readonly ILogger _logger;
    private readonly SiloLoggers _loggers;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _hurry = new();
    private IReadOnlyList<SiloMember> _members = [];
    private Task _following = Task.CompletedTask;
    private Task _watching = Task.CompletedTask;
    private Task? _stopped;
    private bool _hasStarted;

    /// <param name="services">What is in the silo.</param>
    /// <param name="end">Hears of its end.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="endPoint">Where it listens.</param>
    /// <param name="keeper">The silo in whose memory the list of members is; null if it is in a store.</param>
    /// <param name="loggers">Where its lines go.</param>
    internal ClusterSilo(
        ServiceProvider services, SiloEnd end, string name, IPEndPoint endPoint, IPEndPoint? keeper, SiloLoggers loggers)
    {
        _keeper = keeper;
        _services = services;
        _end = end;
        _loggers = loggers;
        _logger = loggers.CreateLogger(Category);
        Name = name;
        EndPoint = endPoint;
        Address = services.GetRequiredService<ILocalSiloDetails>().SiloAddress;
        Grains = services.GetRequiredService<IGrainFactory>();
    }

    /// <summary>Is raised after <see cref="Members"/> has changed, one call at a time. Listeners must be quick.</summary>
    public event Action? MembersChanged;

    public SiloAddress Address { get; }

    public string Name { get; }

    /// <summary>Where the silo listens, with its port.</summary>
    public IPEndPoint EndPoint { get; }

    public IServiceProvider Services => _services;

    public IGrainFactory Grains { get; }

    /// <summary>Completes with the reason when the silo has come to its end: the others have declared it dead, it has failed, or it was
    /// stopped. It never fails. Whoever made the silo stops and disposes it all the same.</summary>
    public Task<string> Ended => _end.Reason;

    /// <summary>The processes of the cluster, this one among them.</summary>
    public IReadOnlyList<SiloMember> Members => Volatile.Read(ref _members);

    /// <summary>Starts a silo, and returns when it takes part in the cluster. The time for that is bounded.</summary>
    /// <param name="network">How it reaches the others.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="services">Adds what its grains need.</param>
    /// <param name="logs">Where its log lines go. It is not disposed.</param>
    /// <param name="cancellationToken">Gives up the start.</param>
    /// <exception cref="ArgumentException">Settings contradict each other.</exception>
    /// <exception cref="ClusterStartException">The silo could not be started, or is not admitted.</exception>
    public static Task<ClusterSilo> StartAsync(
        ClusterNetwork network, string name, Action<IServiceCollection> services, ILoggerFactory logs, CancellationToken cancellationToken)
    {
        Task<ClusterSilo>? starting = null;
        CleanContext.Run(() => starting = new SiloStart(network, name, services, logs).RunAsync(cancellationToken));
        return starting!;
    }

    /// <summary>Gets a grain, as soon as the cluster knows its type: what the others have arrives a moment after they do, and until then
    /// Orleans throws.</summary>
    public async Task<T> GetGrainAsync<T>(string key, CancellationToken cancellationToken)
        where T : IGrainWithStringKey
    {
        IClusterManifestProvider manifests = _services.GetRequiredService<IClusterManifestProvider>();
        ArgumentException? unknown = null;
        await foreach (Orleans.Metadata.ClusterManifest _ in manifests.Updates.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            try
            {
                return Grains.GetGrain<T>(key);
            }
            catch (ArgumentException error)
            {
                unknown = error; // no silo that this one knows has the type
            }
        }
        throw new SiloUnavailableException($"No silo of the cluster has {typeof(T).Name}.", unknown!);
    }

    /// <summary>Stops the silo. It does not throw.</summary>
    /// <param name="gracefully">Whether it tells the others and lets calls end, for a short time; otherwise it goes at once, also if
    /// another call is waiting for a graceful stop. A silo that has the list of members, or cannot reach the one that has it, always
    /// goes at once: there is nobody left to tell.</param>
    /// <param name="cancellationToken">Ends a graceful stop early.</param>
    public async Task StopAsync(bool gracefully, CancellationToken cancellationToken)
    {
        await using CancellationTokenRegistration early = cancellationToken.UnsafeRegister(_ => _hurry.Cancel(), null);
        _loggers.Hush();
        if (!gracefully || !CanTell())
            await _hurry.CancelAsync().ConfigureAwait(false);
        Task stopped;
        lock (_using)
            stopped = _stopped ??= Task.Run(StopOnceAsync, CancellationToken.None);
        await stopped.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync() => await StopAsync(gracefully: false, CancellationToken.None).ConfigureAwait(false);

    /// <summary>Starts what is in the silo.</summary>
    internal async Task StartServicesAsync(CancellationToken cancellationToken)
    {
        foreach (IHostedService service in _services.GetServices<IHostedService>())
            await service.StartAsync(cancellationToken).ConfigureAwait(false);
        _hasStarted = true;
        IClusterMembershipService membership = _services.GetRequiredService<IClusterMembershipService>();
        Take(membership.CurrentSnapshot);
        _following = FollowAsync(membership);
        if (_keeper is null)
            _watching = WatchStoreAsync();
        _ = TellEndAsync();
    }

    /// <summary>Whether the list of members is kept outside this process, and can be written as far as is known.</summary>
    private bool CanTell() =>
        _keeper is null
        || (!_keeper.Equals(EndPoint)
            && Members.Any(member => member.Status == SiloStatus.Active && member.Address.Endpoint.Equals(_keeper)));

    private static SiloMember ToMember(ClusterMember member) => new(member.SiloAddress, member.Name, member.Status);

    private async Task StopOnceAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        _end.TrySet("it was stopped");
        _hurry.CancelAfter(s_graceLimit);
        var hurried = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration hurry = _hurry.Token.UnsafeRegister(_ => hurried.TrySetResult(), null);
        try
        {
            Task stopping = StopServicesAsync();
            await Task.WhenAny(stopping, hurried.Task).ConfigureAwait(false);
            await stopping.WaitAsync(s_stopLimit).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // Whatever is wrong with a silo that is given up must not become a fault of those who give it up.
            _logger.SiloNotStopped(Name, error.Message);
        }
    }

    /// <summary>A silo whose start has failed refuses to be stopped, and waits for that without end when it is disposed. So its lifecycle
    /// alone is stopped, which closes its connections, and the collector takes the rest.</summary>
    private async Task StopServicesAsync()
    {
        if (!_hasStarted)
        {
            await _services.GetRequiredService<ISiloLifecycleSubject>().OnStop(_hurry.Token).ConfigureAwait(false);
            return;
        }
        foreach (IHostedService service in _services.GetServices<IHostedService>().Reverse())
            await service.StopAsync(_hurry.Token).ConfigureAwait(false);
        await _following.ConfigureAwait(false);
        await _watching.ConfigureAwait(false);
        await _services.DisposeAsync().ConfigureAwait(false);
    }

    private async Task FollowAsync(IClusterMembershipService membership)
    {
        try
        {
            await foreach (ClusterMembershipSnapshot snapshot in membership.MembershipUpdates.WithCancellation(_stopping.Token)
                .ConfigureAwait(false))
            {
                Take(snapshot);
                MembersChanged?.Invoke();
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The silo is being stopped.
        }
        catch (Exception error)
        {
            _end.TrySet($"the members of the cluster cannot be followed: {error.Message}");
        }
    }

    private async Task WatchStoreAsync()
    {
        try
        {
            _end.TrySet(await StoreWatch.MissingAsync(_services, Address, _stopping.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The silo is being stopped.
        }
    }

    private void Take(ClusterMembershipSnapshot snapshot) =>
        Volatile.Write(ref _members, [.. snapshot.Members.Values.Select(ToMember).OrderBy(static member => member.Address)]);

    private async Task TellEndAsync()
    {
        string reason = await _end.Reason.ConfigureAwait(false);
        if (!_stopping.IsCancellationRequested)
            _logger.SiloEnded(Name, reason);
    }
}
