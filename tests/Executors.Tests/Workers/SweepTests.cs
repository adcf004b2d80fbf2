using Offloop.Workers;

namespace Offloop.Tests.Workers;

public sealed class SweepTests : SupervisionTests
{
    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "I109")]
    public async Task What_a_dead_owner_left_is_removed_by_the_next_pool_and_what_a_living_one_has_is_not()
    {
        string abandoned = Path.Combine(Path.GetTempPath(), "offloop-" + Path.GetRandomFileName());
        Directory.CreateDirectory(abandoned);
        await File.WriteAllTextAsync(Path.Combine(abandoned, "lock"), ""); // nobody holds it
        await File.WriteAllTextAsync(Path.Combine(abandoned, "w1m"), "");
        var living = new ProcessPoolExecutor(One);
        await living.SubmitAsync(Basics.Square, 1);

        var next = new ProcessPoolExecutor(One);

        Assert.False(Directory.Exists(abandoned));
        Assert.Equal(4, await living.SubmitAsync(Basics.Square, 2));
        await Assert.ThrowsAsync<WorkerLostException>(() => living.SubmitAsync(Crashing.Exit, 1));
        Assert.Equal(9, await living.SubmitAsync(Basics.Square, 3)); // a new worker needs the directory
        await EndAsync(next);
        await EndAsync(living);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "I109")]
    public async Task A_deleted_lock_file_gives_a_living_pool_to_no_sweep()
    {
        var living = new ProcessPoolExecutor(One);
        string directory = await DirectoryOfAsync(living);
        File.Delete(Path.Combine(directory, "lock"));
        Directory.SetCreationTimeUtc(directory, DateTime.UtcNow.AddDays(-1));

        var next = new ProcessPoolExecutor(One);

        Assert.True(Directory.Exists(directory));
        await EndAsync(next);
        await EndAsync(living);
        Assert.False(Directory.Exists(directory));
    }

    [Theory(Timeout = Waiting.Hang)]
    [InlineData("dead", true)]
    [InlineData("another with the same id", true)]
    [InlineData("living", false)]
    [InlineData("of another pid namespace", false)]
    [Trait("Conformance", "I109")]
    public async Task A_directory_without_a_lock_goes_by_its_owner(string owner, bool isRemoved)
    {
        string path = Path.Combine(Path.GetTempPath(), "offloop-" + Path.GetRandomFileName());
        Directory.CreateDirectory(path);
        DirectoryOwner written = owner switch
        {
            "dead" => DirectoryOwner.Self with { ProcessId = int.MaxValue },
            "another with the same id" => DirectoryOwner.Self with { Started = "1" },
            "living" => DirectoryOwner.Self,
            _ => DirectoryOwner.Self with { ProcessId = int.MaxValue, Namespace = "pid:[1]" },
        };
        written.Write(path);

        var next = new ProcessPoolExecutor(One);

        Assert.Equal(isRemoved, !Directory.Exists(path));
        await EndAsync(next);
        if (!isRemoved)
            Directory.Delete(path, recursive: true);
    }

    [Theory(Timeout = Waiting.Hang)]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Conformance", "I109")]
    public async Task A_directory_of_another_pid_namespace_stays_although_its_lock_is_free(bool isOurs)
    {
        string path = Path.Combine(Path.GetTempPath(), "offloop-" + Path.GetRandomFileName());
        Directory.CreateDirectory(path);
        await File.WriteAllTextAsync(Path.Combine(path, "lock"), "");
        DirectoryOwner dead = DirectoryOwner.Self with { ProcessId = int.MaxValue };
        (isOurs ? dead : dead with { Namespace = "pid:[1]" }).Write(path);

        var next = new ProcessPoolExecutor(One);

        Assert.Equal(isOurs, !Directory.Exists(path));
        await EndAsync(next);
        if (!isOurs)
            Directory.Delete(path, recursive: true);
    }
}
