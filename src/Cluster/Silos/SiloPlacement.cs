using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace Offloop.Cluster.Silos;

/// <summary>Puts a grain on the silo that its key names, and nowhere else; see <see cref="SiloKey"/>.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class SiloPlacementAttribute() : PlacementAttribute(new SiloPlacement());

/// <summary>The strategy of grains whose key names their silo. They are in no directory: a directory is spread over the silos, and the loss
/// of one would end grains on others.</summary>
internal sealed class SiloPlacement : PlacementStrategy
{
    public override bool IsUsingGrainDirectory => false;
}

/// <summary>Keys of the form <c>127.0.0.1:11111@123/what</c>: a silo, as <see cref="SiloAddress.ToParsableString"/> writes it, and anything
/// that tells the grains of one silo apart.</summary>
internal static class SiloKey
{
    private const char Separator = '/';

    public static string Of(SiloAddress silo, string what) => $"{silo.ToParsableString()}{Separator}{what}";

    /// <summary>The silo that a key names; null if it names none.</summary>
    public static SiloAddress? SiloOf(string key) =>
        key.IndexOf(Separator, StringComparison.Ordinal) is > 0 and var end && SiloAddress.TryParse(key[..end], out SiloAddress? silo)
            ? silo
            : null;
}

/// <summary>Finds the silo of a grain whose key names it. A call fails at once if that silo is not in the cluster.</summary>
internal sealed class SiloPlacementDirector(ISiloStatusOracle silos) : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        string key = target.GrainIdentity.Key.ToString()!;
        SiloAddress silo = SiloKey.SiloOf(key) ?? throw new ArgumentException($"The key '{key}' of a grain names no silo.", nameof(target));
        SiloStatus status = silos.GetApproximateSiloStatus(silo);
        return status == SiloStatus.Active
            ? Task.FromResult(silo)
            : throw new SiloUnavailableException($"The silo {silo} of the grain '{key}' is not in the cluster ({status}).");
    }
}
