using System.Diagnostics;
using Offloop.Protocol;

namespace Offloop.Tests;

public class ProgramTests
{
    [Theory(Timeout = InMemoryWorker.Hang)]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("hello\n")]
    [InlineData("{}\n")]
    [InlineData("null\n")]
    [InlineData("{\"version\":3}\n")]
    public async Task Run_by_hand_it_says_one_sentence_and_ends(string input)
    {
        (int code, string error) = await RunAsync(input);

        Assert.Equal("WorkerHost is started by an Offloop process pool and cannot be run by hand.", error);
        Assert.Equal(WorkerExitCode.NoLaunchMessage, code);
    }

    [Theory(Timeout = InMemoryWorker.Hang)]
    [InlineData("{\"version\":1,\"workerId\":1}\n", "version 1 (its file is not known)")]
    [InlineData("{\"version\":99,\"library\":\"/opt/Offloop.dll\",\"unknown\":[{}]}\n", "version 99 (/opt/Offloop.dll)")]
    public async Task A_coordinator_of_another_version_is_refused_by_name(string input, string named)
    {
        (int code, string error) = await RunAsync(input);

        Assert.Equal(WorkerExitCode.WrongVersion, code);
        Assert.Equal(
            $"The worker speaks version {LaunchMessage.CurrentVersion} of the protocol ({WorkerHost}) and its coordinator {named}; "
            + "use files of one release for both.",
            error);
    }

    [Fact(Timeout = InMemoryWorker.Hang)]
    public async Task A_worker_whose_files_are_gone_says_so_and_ends()
    {
        string gone = Path.Combine(AppContext.BaseDirectory, "gone");
        var launch = new LaunchMessage
        {
            Version = LaunchMessage.CurrentVersion,
            WorkerId = 1,
            CoordinatorProcessId = Environment.ProcessId,
            ControlPipe = gone,
            ReportPipe = gone,
            DataPipe = gone,
            StartMarkFile = gone,
            ServerSecret = Handshake.NewSecret(),
            WorkerSecret = Handshake.NewSecret(),
            MaxMessageBytes = 1 << 20,
        };

        (int code, string error) = await RunAsync(System.Text.Encoding.UTF8.GetString(MessageJson.WriteLine(launch)), keepsOpen: true);

        Assert.Equal(WorkerExitCode.Unreachable, code);
        Assert.StartsWith("The worker cannot reach its coordinator and ends: ", error, StringComparison.Ordinal);
        Assert.Contains(gone, error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error);
    }

    private static string WorkerHost => Path.Combine(AppContext.BaseDirectory, "Offloop.WorkerHost.dll");

    private static async Task<(int Code, string Error)> RunAsync(string input, bool keepsOpen = false)
    {
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [WorkerHost])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await process.StandardInput.WriteAsync(input);
        if (keepsOpen)
            await process.StandardInput.FlushAsync(); // its watchdog would end it otherwise
        else
            process.StandardInput.Close();
        string error = await process.StandardError.ReadToEndAsync();
        Assert.Equal("", await process.StandardOutput.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, error.TrimEnd());
    }
}
