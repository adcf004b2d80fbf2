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

    private static string[] NamesOf(ClusterSilo silo) =>
        [.. silo.Members.Where(static member => member.Status == SiloStatus.Active).Select(static member => member.Name).Order()];
}
