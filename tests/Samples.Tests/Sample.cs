using Offloop.Tests.Support;

namespace Offloop.Tests;

/// <summary>A sample that runs in a process of its own, as its user starts it. At its end it must have left no process behind.</summary>
internal sealed class Sample : IAsyncDisposable
{
    /// <summary>The limit of a test, far above what it takes on a loaded machine: it starts several processes.</summary>
    public const int Patience = 150_000;

    private const string Variable = "OFFLOOP_SAMPLES_TESTS_RUN";

    /// <summary>Every process that the sample starts inherits it.</summary>
    private readonly string _mark = $"{Variable}={Guid.NewGuid():N}";

    public Sample(string name, Dictionary<string, string> environment, params string[] arguments) =>
        Program = new RunningProgram(AssemblyOf(name), new(environment) { [Variable] = _mark[(Variable.Length + 1)..] }, arguments);

    public RunningProgram Program { get; }

    /// <summary>In the folder of the sample, built in the same configuration as this test.</summary>
    private static string AssemblyOf(string name)
    {
        var framework = new DirectoryInfo(AppContext.BaseDirectory);
        return RepositoryFile.Path("samples", name, "bin", framework.Parent!.Name, framework.Name, name);
    }

    /// <summary>Runs a sample to its end, and returns what it wrote.</summary>
    public static async Task<string[]> RunAsync(int exitCode, string name, params string[] arguments)
    {
        await using var sample = new Sample(name, [], arguments);
        int code = await sample.Program.EndAsync();
        string[] lines = [.. sample.Program.Lines];
        Assert.True(code == exitCode, $"It ended with {code}:{Environment.NewLine}{string.Join(Environment.NewLine, lines)}");
        return lines;
    }

    /// <summary>Without the lines on standard error, in which the pool tells of workers that ended.</summary>
    public static string[] Printed(string[] lines) =>
        [.. lines.Where(static line => !line.StartsWith("Worker ", StringComparison.Ordinal))];

    /// <summary>Kills the sample if it has not ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await Program.DisposeAsync();
        if (OperatingSystem.IsLinux())
            await Waiting.UntilAsync(() => !Directory.EnumerateDirectories("/proc").Any(IsOfThisRun), "no process of the sample is left");
    }

    /// <summary>A process that has ended has no environment, also if nobody has asked about its end yet.</summary>
    private bool IsOfThisRun(string process)
    {
        try
        {
            return char.IsAsciiDigit(Path.GetFileName(process)[0])
                && File.ReadAllText(Path.Combine(process, "environ")).Contains(_mark, StringComparison.Ordinal);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false; // it has gone meanwhile, or is of somebody else
        }
    }
}
