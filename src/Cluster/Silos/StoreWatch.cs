using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Offloop.Cluster.Silos;

/// <summary>Looks whether a silo is still in the list of members that a store keeps. One that has lost what was written to it, such as a
/// Redis without a file, gets a new list from the next process that starts: that one and those of the old list would never find each
/// other, without a word.</summary>
internal static class StoreWatch
{
    /// <summary>Completes with a reason when the silo is in the list no more. It fails only by cancellation.</summary>
    public static async Task<string> MissingAsync(IServiceProvider silo, SiloAddress address, CancellationToken cancellationToken)
    {
        IMembershipTable table = silo.GetRequiredService<IMembershipTable>();
        using var period = new PeriodicTimer(silo.GetRequiredService<IOptions<ClusterMembershipOptions>>().Value.TableRefreshTimeout);
        while (true)
        {
            await period.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                MembershipTableData list = await table.ReadAllAsync(cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
                if (list.TryGet(address) is null)
                    return "the store has lost the list of members";
            }
            catch (Exception) when (!cancellationToken.IsCancellationRequested)
            {
                // It is away, or has no list at all until somebody makes a new one. What is known of the members goes on to hold.
            }
        }
    }
}
