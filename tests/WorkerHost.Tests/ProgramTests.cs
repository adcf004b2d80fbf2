using System.Diagnostics;

namespace Offloop.Tests;

public class ProgramTests
{
    [Theory(Timeout = InMemoryWorker.Hang)]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("hello\n")]
    [InlineData("{}\n")]
    [InlineData("null\n")]
    public async Task Run_by_hand_it_says_one_sentence_and_ends(string input)
    {
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "WorkerHost.dll")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();

        string error = await process.StandardError.ReadToEndAsync();
        Assert.Equal("", await process.StandardOutput.ReadToEndAsync());
        await process.WaitForExitAsync();

        Assert.Equal("WorkerHost is started by an Offloop process pool and cannot be run by hand.", error.TrimEnd());
        Assert.Equal(2, process.ExitCode);
    }
}
