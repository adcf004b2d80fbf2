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
}
