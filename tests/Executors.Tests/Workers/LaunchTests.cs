using System.Diagnostics;
using System.Reflection;
using Offloop.Protocol;

namespace Offloop.Tests.Workers;

/// <summary>What a worker, and a process that should have become one, shows of its launch. The ways to launch are tested with the package,
/// in tests/Package.Tests.</summary>
public sealed class LaunchTests : SupervisionTests
{
    [Fact(Timeout = Waiting.Hang)]
    public async Task A_task_sees_the_environment_of_its_caller_and_of_the_options()
    {
        var pool = new ProcessPoolExecutor(One with
        {
            Environment = new Dictionary<string, string?> { ["DOTNET_GCHeapCount"] = "2", ["OFFLOOP_TEST"] = "a=b" },
        });

        Assert.Equal(Environment.GetEnvironmentVariable("DOTNET_gcServer"), await pool.SubmitAsync(Standard.Variable, "DOTNET_gcServer"));
        Assert.Equal("2", await pool.SubmitAsync(Standard.Variable, "DOTNET_GCHeapCount"));
        Assert.Equal("a=b", await pool.SubmitAsync(Standard.Variable, "OFFLOOP_TEST"));
        Assert.Null(await pool.SubmitAsync(Standard.Variable, WorkerVariable.Name));
        await EndAsync(pool);
    }

    [Fact]
    public void What_a_launch_changes_is_told_with_the_values_before()
    {
        var environment = new Dictionary<string, string?> { ["A"] = "1", ["B"] = "b=2", ["C"] = "3" };

        WorkerVariable.Write(environment, new Dictionary<string, string?> { ["A"] = "0", ["B"] = null, ["D"] = "4" });

        Assert.Equal(
            new Dictionary<string, string?> { ["A"] = "0", ["C"] = "3", ["D"] = "4", [WorkerVariable.Name] = "A=1\u001fB=b=2\u001fD" },
            environment);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task The_entry_assembly_of_a_worker_is_the_applications()
    {
        var pool = new ProcessPoolExecutor(One);
        Assert.Equal(Assembly.GetEntryAssembly()!.FullName, await pool.SubmitAsync(Standard.EntryAssembly));
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_process_that_was_to_be_a_worker_and_runs_its_Main_makes_no_pool()
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "PoolOwner"), ["output", "Inherit"])
        {
            RedirectStandardError = true,
        };
        start.Environment[WorkerVariable.Name] = "DOTNET_STARTUP_HOOKS"; // and none of them runs, as where they are off

        using Process process = Process.Start(start)!;
        string error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.NotEqual(0, process.ExitCode);
        Assert.Contains("was started as the worker of a process pool, but runs the application's Main", error, StringComparison.Ordinal);
        Assert.Contains("StartupHookSupport", error, StringComparison.Ordinal);
    }
}
