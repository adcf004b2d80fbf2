namespace Offloop;

/// <summary>Where the list of a cluster's members is kept. Immutable; one instance may be used for many processes' settings.</summary>
public sealed class ClusterStore
{
    private readonly Action<ISiloBuilder>? _configure;
    private readonly Func<CancellationToken, Task>? _prepare;
    private readonly string _name;

    private ClusterStore(Action<ISiloBuilder>? configure, Func<CancellationToken, Task>? prepare, string name)
    {
        _configure = configure;
        _prepare = prepare;
        _name = name;
    }

    /// <summary>In the memory of the executor's process: nothing else is needed, and the cluster ends with that process. The others name it
    /// with <see cref="ClusterNetwork.Join"/>.</summary>
    public static ClusterStore Embedded { get; } = new(null, null, "the executor's process");

    /// <summary>Whether the list is in the memory of one member.</summary>
    internal bool IsEmbedded => _configure is null;

    /// <summary>Makes a store out of any clustering provider of Orleans: its members find each other there, and the loss of any of them
    /// ends nothing.</summary>
    /// <param name="configure">Adds the provider, such as <c>silo => silo.UseRedisClustering(…)</c>. It is called for each silo that
    /// starts.</param>
    public static ClusterStore Of(Action<ISiloBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return new ClusterStore(configure, null, "the store of the cluster");
    }

    /// <summary>Says where the list is kept, without secrets.</summary>
    public override string ToString() => _name;

    /// <param name="configure">Adds the provider.</param>
    /// <param name="prepare">Makes what the provider needs, if it is not there. It is called before each start.</param>
    /// <param name="name">What messages call the store, without secrets.</param>
    internal static ClusterStore Of(Action<ISiloBuilder> configure, Func<CancellationToken, Task>? prepare, string name) =>
        new(configure, prepare, name);

    internal Task PrepareAsync(CancellationToken cancellationToken) => _prepare?.Invoke(cancellationToken) ?? Task.CompletedTask;

    internal void Configure(ISiloBuilder silo) => _configure!(silo);
}
