using Offloop.Tests.Architecture.Dependencies;
using Offloop.Tests.Architecture.Support;

namespace Offloop.Tests.Architecture.Files;

public sealed class TestFoldersTests
{
    public static TheoryData<string> Projects { get; } = [.. SourceAssembly.Projects];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Tests_lie_in_folders_that_are_named_as_what_they_test(string project) =>
        Violations.AssertNone(TestFolders.Strays($"{project}.Tests", FoldersOf($"tests/{project}.Tests"), FoldersOf($"src/{project}")));

    [Fact]
    public void A_folder_that_is_named_otherwise_is_told() =>
        Assert.Equal(
            ["tests/Executors.Tests/Channel is not named as a folder of src/Executors."],
            TestFolders.Strays("Executors.Tests", ["", "Protocol", "Channel", "Support"], ["", "Protocol"]));

    private static string[] FoldersOf(string project) =>
        [.. Repository.Files(project, ".cs").Select(file => Folder.Of(file.Path[(project.Length + 1)..])).Distinct()];
}
