using System.Text.Json;

namespace Offloop.Tests.Program;

/// <summary>The published program, as a user runs it.</summary>
internal static class Cli
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    /// <summary>The program, found in the repository that the tests were built in.</summary>
    public static string Path { get; } = Find();

    /// <summary>Runs the program to its end, and checks that it left no process behind.</summary>
    public static async Task<CliResult> RunAsync(params string[] args)
    {
        await using CliProcess process = CliProcess.Start(args);
        return await process.FinishAsync(s_limit);
    }

    private static string Find()
    {
        string? root = AppContext.BaseDirectory;
        while (root is not null && !File.Exists(System.IO.Path.Combine(root, "Offloop.slnx")))
            root = System.IO.Path.GetDirectoryName(root);
        string path = System.IO.Path.Combine(root ?? "", "artifacts", "coordinator", OperatingSystem.IsWindows() ? "coordinator.exe" : "coordinator");
        return File.Exists(path)
            ? path
            : throw new InvalidOperationException("These tests run the published program, which is not there: run ./build.cmd publish first.");
    }
}

/// <summary>What a run of the program left.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Out">The lines that it wrote to stdout.</param>
/// <param name="Error">The lines that it wrote to stderr.</param>
internal sealed record CliResult(int ExitCode, string[] Out, string[] Error)
{
    /// <summary>The JSON objects on stdout whose event is <paramref name="name"/>.</summary>
    public JsonElement[] Events(string name) =>
        [.. Out.Select(line => JsonElement.Parse(line)).Where(line => line.GetProperty("event").GetString() == name)];

    public override string ToString() =>
        $"exit {ExitCode}{Environment.NewLine}stdout:{Environment.NewLine}{string.Join('\n', Out)}{Environment.NewLine}stderr:{Environment.NewLine}{string.Join('\n', Error)}";
}
