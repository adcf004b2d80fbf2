using Offloop.Tests.Architecture.Support;

namespace Offloop.Tests.Architecture.Files;

public sealed class TextTests
{
    private static readonly IReadOnlyList<RepositoryFile> s_files = Repository.Files("", ".cs", ".md");

    [Fact]
    public void No_file_of_code_is_longer_than_a_reader_can_keep_in_mind() =>
        Violations.AssertNone(s_files
            .Where(static file => file.Path.EndsWith(".cs", StringComparison.Ordinal))
            .Select(TextRules.TooManyLines).OfType<string>());

    [Fact]
    public void Namespaces_are_in_order() => Violations.AssertNone(s_files.Select(TextRules.UnsortedUsings).OfType<string>());

    [Fact]
    public void No_line_of_code_or_prose_is_too_long_to_read() =>
        Violations.AssertNone(s_files.Select(TextRules.TooLongLines).OfType<string>());
}
