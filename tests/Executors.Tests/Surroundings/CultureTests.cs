using System.Diagnostics;

namespace Offloop.Tests.Surroundings;

/// <summary>Cultures need programs that have some: these tests run in the invariant one.</summary>
public sealed class CultureTests
{
    [Theory(Timeout = Waiting.Hang)]
    [InlineData("Cultures", "1.5")]
    [InlineData("CulturesIcu", "1,5")]
    public async Task A_task_runs_in_the_cultures_of_its_submitter_and_the_next_one_does_not(string program, string number)
    {
        Assert.Equal(
            from executor in (string[])[nameof(InlineExecutor), nameof(ThreadPoolExecutor), nameof(ProcessPoolExecutor)]
            from line in (string[])["'' '' 1.5", $"'de-DE' 'fr-FR' {number}", "'' '' 1.5"]
            select $"{executor}: {line}",
            await RunAsync(program));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_culture_that_a_worker_does_not_know_fails_its_task_by_name()
    {
        string[] lines = await RunAsync("CulturesIcu", "invariant");
        Assert.Equal(9, lines.Length);
        Assert.StartsWith(
            "ProcessPoolExecutor: Payload NotStarted: The worker does not know the culture 'de-DE' of this task.", lines[7],
            StringComparison.Ordinal);
        Assert.Equal("ProcessPoolExecutor: '' '' 1.5", lines[8]); // the worker lives
    }

    private static async Task<string[]> RunAsync(string program, params string[] arguments)
    {
        string path = Path.Combine(AppContext.BaseDirectory, $"{program}.dll");
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [path, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.SkipWhen((await error).Contains("valid ICU package", StringComparison.Ordinal), "There is no ICU here.");
        Assert.Equal((0, ""), (process.ExitCode, await error));
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
