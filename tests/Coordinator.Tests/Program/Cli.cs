using System.Text.Json;

namespace Offloop.Tests.Program;

/// <summary>The published program, as a user runs it.</summary>
internal static class Cli
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60); // beside another test project a start may take long

    /// <summary>The program, found in the repository that the tests were built in.</summary>
    public static string Path { get; } = Find();

    /// <summary>Runs the program to its end and checks that it leaves no process behind.</summary>
    public static async Task<CliResult> RunAsync(params string[] args)
    {
        await using CliProcess process = CliProcess.Start(args);
        return await process.FinishAsync(s_limit);
    }

    /// <summary>Runs the program with lines on its standard input.</summary>
    public static async Task<CliResult> RunWithInputAsync(string input, params string[] args)
    {
        await using CliProcess process = CliProcess.Start(args);
        Task written = WriteAsync();
        CliResult result = await process.FinishAsync(s_limit);
        await written;
        return result;

        async Task WriteAsync()
        {
            try
            {
                await process.Input.WriteAsync(input);
                process.Input.Close();
            }
            catch (IOException)
            {
                // It has ended before it read everything, as it should in some tests.
            }
        }
    }

    /// <summary>The assembly of a project of tasks, where it was built.</summary>
    public static string Tasks(string project)
    {
        string form = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name; // Debug or Release
        return System.IO.Path.Combine(Root(), "tests", project, "bin", form, "net10.0", $"{project}.dll");
    }

    private static string Root()
    {
        string? root = AppContext.BaseDirectory;
        while (root is not null && !File.Exists(System.IO.Path.Combine(root, "Offloop.slnx")))
            root = System.IO.Path.GetDirectoryName(root);
        return root ?? throw new InvalidOperationException("The tests are not in a clone of the repository.");
    }

    private static string Find()
    {
        string name = OperatingSystem.IsWindows() ? "coordinator.exe" : "coordinator";
        string path = System.IO.Path.Combine(Root(), "artifacts", "coordinator", name);
        return File.Exists(path)
            ? path
            : throw new InvalidOperationException("The published program is missing. Run ./build.cmd publish before these tests.");
    }
}

/// <summary>The results of a run of the program.</summary>
/// <param name="ExitCode">The exit code.</param>
/// <param name="Out">The lines on stdout.</param>
/// <param name="Error">The lines on stderr.</param>
internal sealed record CliResult(int ExitCode, string[] Out, string[] Error)
{
    /// <summary>The JSON objects on stdout whose event is <paramref name="name"/>.</summary>
    public JsonElement[] Events(string name) =>
        [.. Out.Select(line => JsonElement.Parse(line)).Where(line => line.GetProperty("event").GetString() == name)];

    public override string ToString() =>
        string.Join(Environment.NewLine, [$"exit {ExitCode}", "stdout:", .. Out, "stderr:", .. Error]);
}
