namespace Offloop.Tests.Program;

/// <summary>What <c>map</c> says of a task that is not there, or cannot run.</summary>
public sealed class TaskAddressTests : IDisposable
{
    private const int Limit = 120_000;
    private static readonly string s_tasks = Cli.Tasks("SampleTasks");

    private readonly string _folder = Directory.CreateTempSubdirectory("offloop-task-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact(Timeout = Limit)]
    public async Task A_name_that_is_nearly_right_lists_what_is_there_the_nearest_first()
    {
        string error = await RefusalOfAsync($"{s_tasks}:SampleTasks.Echo.Lin");

        Assert.StartsWith(
            "coordinator: SampleTasks.Echo.Lin: no public static method of SampleTasks with one argument has this name; the nearest are "
            + "SampleTasks.Echo.Line(string), SampleTasks.Echo.",
            error, StringComparison.Ordinal);
        Assert.Matches(@" and \d+ more\.$", error);
    }

    [Fact(Timeout = Limit)]
    public async Task Several_methods_of_a_name_are_listed() => Assert.Equal(
        "coordinator: SampleTasks.Echo.Twice: several methods have this name; expected one of SampleTasks.Echo.Twice(string), "
        + "SampleTasks.Echo.Twice(int).",
        await RefusalOfAsync($"{s_tasks}:SampleTasks.Echo.Twice"));

    [Fact(Timeout = Limit)]
    public async Task A_file_that_is_missing_or_no_assembly_is_named()
    {
        string text = Path.Combine(_folder, "text.dll");
        await File.WriteAllTextAsync(text, "no assembly", TestContext.Current.CancellationToken);

        Assert.Equal(
            $"coordinator: {_folder}/none.dll: there is no such file; expected an assembly that was built or published.",
            await RefusalOfAsync($"{_folder}/none.dll:A.B"));
        Assert.Equal(
            $"coordinator: {text}: this is no .NET assembly; expected a .dll that was built or published.",
            await RefusalOfAsync($"{text}:A.B"));
    }

    [Fact(Timeout = Limit)]
    public async Task A_package_that_was_not_published_is_named()
    {
        string alone = Path.Combine(_folder, "NativeTasks.dll");
        File.Copy(Cli.Tasks("NativeTasks"), alone);

        Assert.Matches(
            "^coordinator: .*NativeTasks.dll: it needs Microsoft.Data.Sqlite 10[0-9.]+, which is neither beside it nor in this program's "
            + "frameworks; dotnet publish puts it there, and so does EnableDynamicLoading in its project.$",
            await RefusalOfAsync($"{alone}:NativeTasks.Sums.Of"));
    }

    [Fact(Timeout = Limit)]
    public async Task A_framework_that_is_not_here_is_named()
    {
        string copy = Path.Combine(_folder, "SampleTasks.dll");
        File.Copy(s_tasks, copy);
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "SampleTasks.runtimeconfig.json"),
            """{"runtimeOptions":{"framework":{"name":"Microsoft.WindowsDesktop.App","version":"10.0.0"}}}""",
            TestContext.Current.CancellationToken);

        Assert.Equal(
            $"coordinator: {copy}: it needs the framework Microsoft.WindowsDesktop.App, and this program has Microsoft.NETCore.App or "
            + "Microsoft.AspNetCore.App only.",
            await RefusalOfAsync($"{copy}:SampleTasks.Echo.Line"));
    }

    [Fact(Timeout = Limit)]
    public async Task An_older_version_of_a_package_than_the_task_was_built_with_is_named()
    {
        // This program itself stands for a task that was built with version 2.9.1.
        string copy = Path.Combine(_folder, "task.dll");
        File.Copy(Path.Combine(Path.GetDirectoryName(Cli.Path)!, "coordinator.dll"), copy);
        foreach (string dependency in Directory.EnumerateFiles(Path.GetDirectoryName(Cli.Path)!, "*.dll"))
            File.Copy(dependency, Path.Combine(_folder, Path.GetFileName(dependency)), overwrite: true);
        string older = Path.Combine(_folder, "CommandLine.dll");
        File.Copy(Path.Combine(Path.GetDirectoryName(Cli.Tasks("NativeTasks"))!, "CommandLine.dll"), older, overwrite: true);

        Assert.Equal(
            $"coordinator: {copy}: it needs CommandLine 2.9.1.0, and {older} has version 2.8.0.0.", await RefusalOfAsync($"{copy}:A.B"));
    }

    private static async Task<string> RefusalOfAsync(string task)
    {
        CliResult result = await Cli.RunWithInputAsync("x\n", "map", task);
        Assert.True(result.ExitCode == 2, result.ToString());
        Assert.Empty(result.Out);
        return Assert.Single(result.Error);
    }
}
