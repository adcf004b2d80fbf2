using Offloop.Cluster.Silos;

namespace Offloop.Tests.Cluster.Silos;

public sealed class ClusterSiloTests
{
    [Fact(Timeout = Waiting.Hang)]
    public async Task Two_silos_find_each_other_and_each_grain_is_where_its_key_says()
    {
        await using var silos = new TestSilos();
        ClusterSilo first = await silos.StartAsync(silos.Network, "first");
        ClusterSilo second = await silos.StartAsync(silos.Joining, "second");

        await Waiting.UntilAsync(() => NamesOf(first).Length == 2 && NamesOf(second).Length == 2, "both know both");
        Assert.Equal(["first", "second"], NamesOf(first));

        foreach (ClusterSilo caller in (ClusterSilo[])[first, second])
        {
            foreach (ClusterSilo place in (ClusterSilo[])[first, second])
            {
                for (int slot = 0; slot < 4; slot++)
                {
                    IWhereGrain grain = await caller.GetGrainAsync<IWhereGrain>(
                        SiloKey.Of(place.Address, $"{slot}"), TestContext.Current.CancellationToken);
                    Assert.Equal(place.Address.ToParsableString(), await grain.Silo());
                }
            }
        }
        Assert.DoesNotContain(silos.Log.Lines, static line => line.StartsWith("Warning", StringComparison.Ordinal));
    }

    /// <summary>Regression: a stateless worker with a placement hint put every call on one silo. And a call to a silo that is not there
    /// must not wait, or go elsewhere.</summary>
    [Fact(Timeout = Waiting.Hang)]
    public async Task A_call_to_a_silo_that_is_not_in_the_cluster_fails_at_once()
    {
        await using var silos = new TestSilos();
        ClusterSilo first = await silos.StartAsync(silos.Network, "first");
        ClusterSilo second = await silos.StartAsync(silos.Joining, "second");
        var stranger = SiloAddress.New(second.EndPoint.Address, second.EndPoint.Port, 1);

        IWhereGrain grain = await first.GetGrainAsync<IWhereGrain>(SiloKey.Of(stranger, "0"), TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<SiloUnavailableException>(grain.Silo);
        grain = await first.GetGrainAsync<IWhereGrain>("no silo", TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<ArgumentException>(grain.Silo);

        // One that was there, and goes while a call is under way.
        grain = await first.GetGrainAsync<IWhereGrain>(SiloKey.Of(second.Address, "0"), TestContext.Current.CancellationToken);
        await grain.Silo();
        Task held = grain.Hold();
        await second.StopAsync(gracefully: false, CancellationToken.None);
        await Assert.ThrowsAnyAsync<OrleansException>(() => held);
        await Waiting.UntilAsync(() => NamesOf(first).Length == 1, "the other is gone");
        await Assert.ThrowsAnyAsync<OrleansException>(grain.Silo);
        Assert.Equal("it was stopped", await second.Ended);
        Assert.False(first.Ended.IsCompleted);
    }

    /// <summary>Regression: Orleans throws until it knows who has the type of a grain.</summary>
    [Fact(Timeout = Waiting.Hang)]
    public async Task A_grain_that_no_silo_has_is_waited_for_until_the_token_is_cancelled()
    {
        await using var silos = new TestSilos();
        ClusterSilo first = await silos.StartAsync(silos.Network, "first");
        using var cancelled = new CancellationTokenSource();

        Task<INoGrain> getting = first.GetGrainAsync<INoGrain>("0", cancelled.Token);
        Assert.False(getting.IsCompleted);
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => getting);
    }

    /// <summary>Regression: the silo that has the list of members waited without end for a call that nobody ends, and the other one for
    /// that list.</summary>
    [Fact(Timeout = Waiting.Hang)]
    public async Task A_stop_comes_to_its_end_although_calls_are_under_way_and_all_silos_stop_at_once()
    {
        await using var silos = new TestSilos();
        ClusterSilo first = await silos.StartAsync(silos.Network, "first");
        ClusterSilo second = await silos.StartAsync(silos.Joining, "second");
        foreach ((ClusterSilo caller, ClusterSilo place) in ((ClusterSilo, ClusterSilo)[])[(second, first), (first, second)])
        {
            IWhereGrain grain = await caller.GetGrainAsync<IWhereGrain>(
                SiloKey.Of(place.Address, "0"), TestContext.Current.CancellationToken);
            await grain.Silo();
            _ = grain.Hold().ContinueWith(static held => held.Exception, TaskScheduler.Default);
        }

        await Task.WhenAll(
            first.StopAsync(gracefully: true, CancellationToken.None), second.StopAsync(gracefully: true, CancellationToken.None));

        Assert.Equal("it was stopped", await first.Ended);
        Assert.Equal("it was stopped", await second.Ended);
        Assert.DoesNotContain(silos.Log.Lines, static line => line.Contains("was not stopped as it should be", StringComparison.Ordinal));
    }

    private static string[] NamesOf(ClusterSilo silo) =>
        [.. silo.Members.Where(static member => member.Status == SiloStatus.Active).Select(static member => member.Name).Order()];

    /// <summary>Nobody has it.</summary>
    internal interface INoGrain : IGrainWithStringKey;
}
