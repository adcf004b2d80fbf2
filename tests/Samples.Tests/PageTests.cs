namespace Offloop.Tests;

/// <summary>What the pages show is what the programs have.</summary>
public sealed class PageTests
{
    public static TheoryData<string> Samples { get; } = [.. Page.Samples];

    [Theory]
    [MemberData(nameof(Samples))]
    public void Every_block_of_code_stands_in_the_sources(string sample)
    {
        Assert.NotEmpty(Page.Blocks(sample, "csharp"));
        string[] blocks = [.. Page.Blocks(sample, "csharp"), .. Page.Blocks(sample, "python")];
        string[] sources = [.. Directory.GetFiles(RepositoryFile.Path("samples", sample))
            .Where(static file => Path.GetExtension(file) is ".cs" or ".py")
            .Select(static file => File.ReadAllText(file).ReplaceLineEndings("\n"))];
        Assert.All(blocks, block => Assert.Contains(sources, source => source.Contains(block, StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Every_sample_has_its_row_in_the_table_and_its_project_in_the_solution(string sample)
    {
        string table = File.ReadAllText(RepositoryFile.Path("samples", "README.md"));
        string solution = File.ReadAllText(RepositoryFile.Path("Offloop.slnx"));
        Assert.Contains($"| [{sample}]({sample}/README.md) |", table, StringComparison.Ordinal);
        Assert.Contains($"samples/{sample}/{sample}.csproj", solution, StringComparison.Ordinal);
    }

    [Fact]
    public void There_are_as_many_samples_as_the_table_has_rows() => Assert.Equal(
        Page.Samples.Length,
        File.ReadLines(RepositoryFile.Path("samples", "README.md")).Count(static line => line.StartsWith("| [", StringComparison.Ordinal)));
}
