using System.Diagnostics;
using Offloop.Benchmarks.Running;

namespace Offloop.Benchmarks.Scenarios;

/// <summary>The published CLI.</summary>
internal static class Cli
{
    private static readonly string s_path =
        Path.Combine(Folders.Published, OperatingSystem.IsWindows() ? "coordinator.exe" : "coordinator");

    public static bool Exists => File.Exists(s_path);

    public static ProcessStartInfo Start(params string[] arguments) => new(s_path, arguments);

    public static ProcessStartInfo StartFetching(Uri server, string executor, int workers, double seconds, double interval) => Start(
        "--url", server.AbsoluteUri, "--executor", executor, "--workers", Round.Text(workers), "--concurrency", Round.Text(workers),
        "--duration", $"{Round.Text(seconds * 1000)}ms", "--interval", $"{Round.Text(interval)}ms", "--format", "json");
}
