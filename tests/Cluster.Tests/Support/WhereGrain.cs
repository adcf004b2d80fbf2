using Offloop.Cluster.Silos;

namespace Offloop.Tests;

/// <summary>Says on which silo it is.</summary>
internal interface IWhereGrain : IGrainWithStringKey
{
    Task<string> Silo();

    /// <summary>Waits until <see cref="Release"/> is called.</summary>
    Task Hold();

    Task Release();
}

[SiloPlacement]
[Orleans.Concurrency.Reentrant]
internal sealed class WhereGrain(ILocalSiloDetails silo) : Grain, IWhereGrain
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<string> Silo() => Task.FromResult(silo.SiloAddress.ToParsableString());

    public Task Hold() => _released.Task;

    public Task Release()
    {
        _released.TrySetResult();
        return Task.CompletedTask;
    }
}
