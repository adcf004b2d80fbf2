using Offloop.Tests.Architecture.Support;

namespace Offloop.Tests.Architecture.Files;

public sealed class TextRulesTests
{
    private static readonly string s_long = new('x', TextRules.MaxCharacters + 1);

    [Fact]
    public void A_file_with_a_line_too_many_is_named_with_its_length()
    {
        Assert.Null(TextRules.TooManyLines(File("src/A.cs", Lines(TextRules.MaxLines))));
        Assert.Equal("src/A.cs has 351 lines; the limit is 350.", TextRules.TooManyLines(File("src/A.cs", Lines(TextRules.MaxLines + 1))));
    }

    [Theory]
    [InlineData("src/A.cs")]
    [InlineData("README.md")]
    public void A_line_with_a_character_too_many_is_named_with_its_number(string path) =>
        Assert.Equal(
            $"{path}: lines of more than 140 characters: 2 (141)",
            TextRules.TooLongLines(File(path, $"{s_long[1..]}\n{s_long}\n")));

    [Fact]
    public void A_row_of_a_table_may_be_long_in_Markdown_alone()
    {
        Assert.Null(TextRules.TooLongLines(File("README.md", $"| {s_long} |")));
        Assert.NotNull(TextRules.TooLongLines(File("src/A.cs", $"| {s_long} |")));
    }

    [Theory]
    [InlineData("https://example.org/", true)]
    [InlineData("  // https://example.org/", true)]
    [InlineData("- https://example.org/", true)]
    [InlineData("See https://example.org/", false)]
    public void A_line_may_be_long_if_it_holds_a_url_and_nothing_else(string start, bool isExempt) =>
        Assert.Equal(isExempt, TextRules.TooLongLines(File("src/A.cs", start + s_long)) is null);

    [Theory]
    [InlineData("using System;\nusing System.Buffers;\nusing Offloop;\nusing Systematic;\nusing static A.B;\nusing A;\n", null)]
    [InlineData("using Offloop;\nusing System;\n", "src/A.cs: System comes before Offloop.")]
    [InlineData("using System.Collections;\nusing System.Buffers;\n", "src/A.cs: System.Buffers comes before System.Collections.")]
    public void A_namespace_at_the_wrong_place_is_named(string text, string? violation) =>
        Assert.Equal(violation, TextRules.UnsortedUsings(File("src/A.cs", text)));

    private static RepositoryFile File(string path, string text) => new(path, text);

    private static string Lines(int count) => string.Concat(Enumerable.Repeat("x\n", count));
}
