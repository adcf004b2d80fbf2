using System.Globalization;

namespace Offloop.Protocol;

/// <summary>The message about two ends that speak different versions of the protocol. Either end may be the one that notices.</summary>
internal static class OtherVersion
{
    /// <summary>The file of an assembly, or its name if it has none.</summary>
    public static string FileOf(Type type) => type.Assembly.Location is { Length: > 0 } path ? path : type.Assembly.FullName!;

    /// <param name="worker">The worker's version, and its file if that is known.</param>
    /// <param name="coordinator">The same for the coordinator.</param>
    public static string Describe((int Version, string? File) worker, (int Version, string? File) coordinator) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"The worker speaks version {worker.Version} of the protocol ({Name(worker.File)}) "
            + $"and its coordinator version {coordinator.Version} ({Name(coordinator.File)}); use files of one release for both.");

    private static string Name(string? file) => string.IsNullOrEmpty(file) ? "its file is not known" : PeerText.OneLine(file);
}
