namespace Offloop.Tests;

/// <summary>The page of a sample.</summary>
internal static class Page
{
    public static string[] Samples { get; } = [.. Directory.GetDirectories(RepositoryFile.Path("samples"))
        .Where(static folder => Directory.GetFiles(folder, "*.csproj").Length > 0)
        .Select(static folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)];

    /// <summary>The blocks of a language, as they stand there.</summary>
    public static string[] Blocks(string sample, string language) =>
        [.. File.ReadAllText(RepositoryFile.Path("samples", sample, "README.md")).ReplaceLineEndings("\n")
            .Split($"```{language}\n").Skip(1)
            .Select(static rest => rest[..rest.IndexOf("```", StringComparison.Ordinal)])];

    /// <summary>The lines that the page says the program prints: its only block of text.</summary>
    public static string[] Output(string sample) =>
        Assert.Single(Blocks(sample, "text")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
