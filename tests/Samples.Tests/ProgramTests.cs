namespace Offloop.Tests;

/// <summary>The samples that run to their end by themselves.</summary>
public sealed class ProgramTests
{
    [Fact(Timeout = Sample.Patience)]
    public async Task A_crash_of_a_native_library_costs_its_task_alone()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "What a crash is called depends on the system.");

        string[] lines = await Sample.RunAsync(0, "Quarantine");

        Assert.Equal(Page.Output("Quarantine"), Sample.Printed(lines));
        Assert.Contains("report 3: Crash by SIGSEGV while Running, in each of 2 attempts", lines);
        Assert.Equal(3, lines.Count(static line => line.EndsWith("ended unexpectedly: probably SIGSEGV.", StringComparison.Ordinal)));
    }

    [Fact(Timeout = Sample.Patience)]
    public async Task A_pool_gives_what_a_process_for_each_call_gives()
    {
        string[] lines = await Sample.RunAsync(0, "ProcessPerCall", "2");

        Assert.Equal("the same 2 results: True", lines[0]);
        Assert.Matches("^ratio: [0-9]+ to 1$", lines[^1]);
    }

    [Fact(Timeout = Sample.Patience)]
    public async Task A_picture_that_takes_too_much_memory_fails_and_the_others_are_done()
    {
        using var folder = new TemporaryFolder();

        string[] lines = await Sample.RunAsync(0, "Thumbnails", folder.Path);

        Assert.Matches(@"^bomb\.png \([0-9,]+ bytes\): ended at [0-9]+ MiB, and the limit is 256 MiB$", Sample.Printed(lines)[0]);
        Assert.False(File.Exists(Path.Combine(folder.Path, "bomb.jpg")));
        Assert.Equal(6, lines.Count(static line => line.EndsWith(" bytes): 160 x 106", StringComparison.Ordinal)));
        Assert.All(
            Enumerable.Range(1, 6),
            number => Assert.Equal([0xFF, 0xD8], File.ReadAllBytes(Path.Combine(folder.Path, $"picture-{number}.jpg"))[..2]));
    }

    [Fact(Timeout = Sample.Patience)]
    public async Task A_worker_in_Python_does_the_tasks()
    {
        string[] lines = await Sample.RunAsync(0, "PythonWorker", PythonProgram.Worker().FileName);

        Assert.Equal(Page.Output("PythonWorker"), Sample.Printed(lines));
        Assert.Contains("closest: apple, ape", lines);
    }
}
