using Offloop.Tests.Architecture.Support;

namespace Offloop.Tests.Architecture.Dependencies;

/// <summary>Arrows between the folders of an assembly run one way.</summary>
public sealed class DependencyTests
{
    public static TheoryData<string> Projects { get; } = [.. SourceAssembly.Projects];

    /// <summary>Otherwise an arrow could be missed without a word.</summary>
    [Theory]
    [MemberData(nameof(Projects))]
    public void Every_source_is_parsed_and_every_type_in_it_is_found(string project) =>
        Violations.AssertNone(SourceAssembly.OfProject(project).Errors);

    [Theory]
    [MemberData(nameof(Projects))]
    public void The_folders_of_an_assembly_form_no_cycle(string project) =>
        Violations.AssertNone(GraphOf(project).Cycles());

    [Theory]
    [MemberData(nameof(Projects))]
    public void The_subfolders_of_a_folder_form_no_cycle(string project) =>
        Violations.AssertNone(
            FolderGraph.OfSubfolders(SourceAssembly.OfProject(project).Arrows).SelectMany(static graph => graph.Cycles()));

    [Theory]
    [MemberData(nameof(Projects))]
    public void No_folder_knows_the_root_or_a_folder_that_is_forbidden_to_it(string project) =>
        Violations.AssertNone(FolderRules.Broken(project, GraphOf(project)));

    [Theory]
    [MemberData(nameof(Projects))]
    public void Every_folder_has_a_row_in_the_architecture_page_and_keeps_to_it(string project) => Violations.AssertNone(
        FolderTable.Read(project, Repository.Read("docs/architecture.md").Lines)
            .Broken(SourceAssembly.OfProject(project).Folders, GraphOf(project)));

    private static FolderGraph GraphOf(string project) => FolderGraph.OfFolders(SourceAssembly.OfProject(project).Arrows);
}
