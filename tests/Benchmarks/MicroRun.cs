using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Offloop.Benchmarks.Running;

namespace Offloop.Benchmarks;

/// <summary>Runs BenchmarkDotNet on the parts that work in one process: the queue, the codec of payloads, and the way of a no-op through
/// the scheduler.</summary>
internal static class MicroRun
{
    /// <param name="filters">Parts of names, such as Queue; none for all.</param>
    public static int Execute(string[] filters)
    {
        // In this process, because a project that BenchmarkDotNet generates would restore outside the lock files.
        Job job = Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance);
        ManualConfig config = ManualConfig.CreateEmpty()
            .AddJob(job)
            .AddLogger(ConsoleLogger.Default)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddExporter(MarkdownExporter.GitHub)
            .WithArtifactsPath(Path.Combine(Folders.Output, "micro"));
        string[] globs = filters.Length == 0 ? ["*"] : [.. filters.Select(filter => $"*{filter}*")];
        return BenchmarkSwitcher.FromAssembly(typeof(MicroRun).Assembly).Run(["--filter", .. globs], config).Any() ? 0 : 2;
    }
}
