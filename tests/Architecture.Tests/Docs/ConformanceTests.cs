using Offloop.Tests.Architecture.Support;

namespace Offloop.Tests.Architecture.Docs;

public sealed class ConformanceTests
{
    [Fact]
    public void Every_row_of_the_list_has_a_test_or_a_reason_and_every_trait_a_row()
    {
        var list = ConformanceList.Read(
            Repository.Read("docs/conformance.md"),
            Repository.Files("tests", ".cs"),
            Repository.Read("docs/failure-modes.md"));

        Assert.True(list.Rows.Count > 90, $"Only {list.Rows.Count} rows were read from docs/conformance.md.");
        Assert.NotEmpty(list.Excused);
        Violations.AssertNone(list.Broken());
    }

    [Fact]
    public void A_list_whose_rows_all_have_tests_breaks_nothing() => Assert.Empty(Broken("A1 A2 A3", "A1 A2 A3", "A1–A3 | inline"));

    [Theory]
    [InlineData("A1", "A1 A9", "A1 | inline", "tests/T.cs cites A9, which docs/conformance.md does not have.")]
    [InlineData("A1 A2", "A1", "A2 | inline", "docs/conformance.md: no test cites A2, and docs/failure-modes.md does not say why.")]
    [InlineData("A1", "A1", "A1–A9 | inline", "docs/failure-modes.md excuses A9, which docs/conformance.md does not have.")]
    [InlineData("A1 A1", "A1", "A1 | inline", "docs/conformance.md: A1 stands twice.")]
    public void Each_rule_can_be_broken_and_says_how(string rows, string traits, string excused, string violation) =>
        Assert.Equal([violation], Broken(rows, traits, excused));

    [Fact]
    public void A_row_that_applies_to_no_executor_needs_no_test() => Assert.Empty(Broken("A1 A2 A3", "A1", "A2–A3 (kill) | all"));

    private static IEnumerable<string> Broken(string rows, string traits, string excused) => ConformanceList.Read(
        new RepositoryFile("docs/conformance.md", string.Concat(rows.Split(' ').Select(static id => $"- **{id}** something — somebody\n"))),
        [new RepositoryFile("tests/T.cs", string.Concat(traits.Split(' ').Select(static id => $"[Trait(\"Conformance\", \"{id}\")]\n")))],
        new RepositoryFile(
            "docs/failure-modes.md", $"# Page\n## What does not apply\n\n| rows | executor | why |\n|---|---|---|\n| {excused} | why |\n"))
        .Broken();
}
