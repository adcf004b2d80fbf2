namespace Offloop.Tests.Architecture.Dependencies;

/// <summary>Each rule of the table can be broken, and says how.</summary>
public sealed class FolderTableTests
{
    private const string Page = """
        Prose.

        | `src/Other` | holds | may know |
        |---|---|---|
        | `Z/` | z | nothing |

        | `src/Sample` | holds | may know |
        |---|---|---|
        | (root) | the program | everything below |
        | `A/` | a | `B/` |
        | `B/` | b | `C/` |
        | `C/` | c | nothing |

        | `A/` | a row of no project | `Z/` |
        """;

    private static readonly string[] s_folders = ["", "A", "B", "C"];

    [Fact]
    public void Arrows_that_the_table_allows_break_nothing() =>
        Assert.Empty(Broken(s_folders, "1.cs -> C/3.cs", "A/1.cs -> B/2.cs", "B/2.cs -> C/3.cs"));

    [Fact]
    public void An_arrow_that_the_table_does_not_allow_is_named() =>
        Assert.Equal(["A/ may not know C/ by docs/architecture.md: A/1.cs:1 -> T (C/3.cs)"], Broken(s_folders, "A/1.cs -> C/3.cs"));

    [Fact]
    public void A_folder_without_a_row_is_named() =>
        Assert.Equal(["docs/architecture.md: D/ has no row in the table of src/Sample."], Broken([.. s_folders, "D"]));

    [Fact]
    public void A_row_without_a_folder_is_named() =>
        Assert.Equal(["docs/architecture.md: C/ has a row in the table of src/Sample and does not exist."], Broken(["", "A", "B"]));

    [Fact]
    public void A_page_without_a_table_has_no_row_for_any_folder() =>
        Assert.Equal(
            ["docs/architecture.md: A/ has no row in the table of src/Missing."],
            FolderTable.Read("Missing", Page.Split('\n')).Broken(["A"], FolderRulesTests.GraphOf()));

    [Theory]
    [InlineData("| `B/` | b | `C/` |", "| `B/` | b | `A/` |", "docs/architecture.md: B/ may know A/, which is not below it.")]
    [InlineData("| `B/` | b | `C/` |", "| `B/` | b | `D/` |", "docs/architecture.md: B/ may know D/, which is not below it.")]
    [InlineData("| `B/` | b | `C/` |", "| `B/` | b | most |", "docs/architecture.md: the row of B/ does not say what the folder may know.")]
    [InlineData("| `C/` |", "| `A/` |", "docs/architecture.md: A/ has two rows in the table of src/Sample.")]
    public void A_row_that_makes_no_sense_is_named(string row, string changed, string violation)
    {
        var table = FolderTable.Read("Sample", Page.Replace(row, changed, StringComparison.Ordinal).Split('\n'));

        Assert.Contains(violation, table.Broken(s_folders, FolderRulesTests.GraphOf()));
    }

    private static IEnumerable<string> Broken(string[] folders, params string[] arrows) =>
        FolderTable.Read("Sample", Page.Split('\n')).Broken(folders, FolderRulesTests.GraphOf(arrows));
}
