using System.Reflection;
using Offloop.Coordinator.Mapping;

namespace Offloop.Tests.Mapping;

/// <summary>Where a node finds the assembly of a map's task, and what it refuses.</summary>
public class OwnFilesTests
{
    private static readonly Assembly s_own = typeof(OwnFilesTests).Assembly;

    [Fact]
    public void The_file_is_at_the_path_that_the_map_has_named()
    {
        Assert.Equal(s_own.Location, OwnFiles.Find(Task(s_own.Location)));
    }

    [Fact]
    public void The_programs_own_tasks_are_in_its_own_file_wherever_another_machine_has_it()
    {
        Assert.Equal(typeof(OwnFiles).Assembly.Location, OwnFiles.Find(Task(@"C:\tools\coordinator.dll")));
    }

    [Fact]
    public void A_file_that_is_not_here_is_named_with_the_remedy()
    {
        var error = Assert.Throws<FileNotFoundException>(static () => OwnFiles.Find(Task(@"D:\shop\Shop.dll")));

        Assert.Equal(
            @"Shop.dll is not on this node (D:\shop\Shop.dll does not exist); start its worker with --task-assembly and the path here.",
            error.Message);
    }

    [Fact]
    public void Another_build_is_refused()
    {
        var other = Guid.NewGuid();
        OwnFiles.RequireBuild(s_own, Task("/shop/Shop.dll") with { Build = s_own.ManifestModule.ModuleVersionId });

        var error = Assert.Throws<InvalidOperationException>(() =>
            OwnFiles.RequireBuild(s_own, Task("/shop/Shop.dll") with { Build = other }));

        Assert.StartsWith("Shop.dll is another build here (", error.Message, StringComparison.Ordinal);
        Assert.EndsWith($"than where the lines come from ({other}); copy the same files to both.", error.Message, StringComparison.Ordinal);
    }

    private static TaskIdentity Task(string file) => new(file, "Shop.Prices", "Update", "System.String", true, false, Guid.Empty);
}
