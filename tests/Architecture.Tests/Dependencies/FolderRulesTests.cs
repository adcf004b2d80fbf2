namespace Offloop.Tests.Architecture.Dependencies;

/// <summary>Each rule can be broken, and says how.</summary>
public sealed class FolderRulesTests
{
    [Fact]
    public void Folders_in_order_form_no_cycle() =>
        Assert.Empty(GraphOf("A/1.cs -> B/2.cs", "A/1.cs -> C/3.cs", "B/2.cs -> C/3.cs").Cycles());

    [Fact]
    public void A_cycle_is_named_with_an_example_for_each_arrow() =>
        Assert.Equal(
            [
                string.Join(Environment.NewLine,
                    "Cycle A/ -> B/ -> A/ (in the same knot: C/)",
                    "    A/1.cs:1 -> T (B/2.cs)",
                    "    B/2.cs:1 -> T (A/1.cs)"),
            ],
            GraphOf("A/1.cs -> B/2.cs", "A/9.cs -> B/2.cs", "B/2.cs -> C/3.cs", "C/3.cs -> A/1.cs", "B/2.cs -> A/1.cs").Cycles());

    [Fact]
    public void Each_knot_is_told_once() =>
        Assert.Equal(
            ["Cycle A/ -> B/ -> A/", "Cycle C/ -> D/ -> C/"],
            GraphOf("A/1.cs -> B/2.cs", "B/2.cs -> A/1.cs", "B/2.cs -> C/3.cs", "C/3.cs -> D/4.cs", "D/4.cs -> C/3.cs").Cycles()
                .Select(static cycle => cycle.Split(Environment.NewLine)[0]));

    [Fact]
    public void A_subfolder_counts_as_part_of_its_folder() =>
        Assert.StartsWith(
            "Cycle A/ -> B/ -> A/",
            Assert.Single(GraphOf("A/X/1.cs -> B/2.cs", "B/2.cs -> A/Y/1.cs").Cycles()),
            StringComparison.Ordinal);

    [Fact]
    public void Subfolders_of_a_folder_form_a_cycle_and_its_own_files_do_not()
    {
        string[] uses = ["A/X/1.cs -> A/Y/2.cs", "A/Y/2.cs -> A/X/1.cs", "A/1.cs -> A/X/2.cs", "A/X/2.cs -> A/1.cs"];
        Arrow[] arrows = [.. uses.Select(Parse)];

        Assert.Empty(FolderGraph.OfFolders(arrows).Cycles());
        Assert.StartsWith(
            "Cycle A/X/ -> A/Y/ -> A/X/",
            Assert.Single(FolderGraph.OfSubfolders(arrows).SelectMany(static graph => graph.Cycles())),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_may_know_the_root()
    {
        Assert.Empty(FolderRules.Broken("Any", GraphOf("1.cs -> A/2.cs")));
        Assert.Equal(["A/ must not know the root: A/2.cs:1 -> T (1.cs)"], FolderRules.Broken("Any", GraphOf("A/2.cs -> 1.cs")));
    }

    [Theory]
    [InlineData("Scheduling", "Streaming")]
    [InlineData("Scheduling", "Invocation")]
    [InlineData("Scheduling", "Protocol")]
    [InlineData("Protocol", "Scheduling")]
    public void An_arrow_in_the_table_of_the_forbidden_ones_is_named(string from, string to)
    {
        FolderGraph graph = GraphOf($"{from}/1.cs -> {to}/2.cs");

        Assert.Equal([$"{from}/ must not know {to}/: {from}/1.cs:1 -> T ({to}/2.cs)"], FolderRules.Broken("Executors", graph));
        Assert.Empty(FolderRules.Broken("Coordinator", graph));
    }

    internal static FolderGraph GraphOf(params string[] arrows) => FolderGraph.OfFolders(arrows.Select(Parse));

    private static Arrow Parse(string arrow) =>
        arrow.Split(" -> ") is [var from, var to] ? new Arrow(from, 1, "T", to) : throw new FormatException(arrow);
}
