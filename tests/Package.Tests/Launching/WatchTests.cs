using System.Diagnostics;

namespace Offloop.Tests.Launching;

/// <summary>A program that is edited while it runs.</summary>
public sealed class WatchTests(Feed feed)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    [Fact(Explicit = true)]
    public async Task An_edit_is_not_in_the_workers_and_the_owner_is_told()
    {
        string directory = feed.Make("Watched");
        using Process watch = Feed.Start(directory, "dotnet", "watch", "run", "--non-interactive");
        try
        {
            await SeeAsync(watch.StandardOutput, "here old, in a worker old");
            string source = Path.Combine(directory, "Program.cs");
            string text = await File.ReadAllTextAsync(source);
            await File.WriteAllTextAsync(source, text.Replace("=> \"old\"", "=> \"new\"", StringComparison.Ordinal));

            await SeeAsync(watch.StandardOutput, "here new, in a worker old");
            await SeeAsync(watch.StandardError, "its worker processes still run the code of its files");
        }
        finally
        {
            watch.Kill(entireProcessTree: true);
            await watch.WaitForExitAsync();
        }
    }

    private static async Task SeeAsync(StreamReader output, string words)
    {
        var seen = new List<string?>();
        do
            seen.Add(await output.ReadLineAsync().WaitAsync(s_patience));
        while (seen[^1] is { } line && !line.Contains(words, StringComparison.Ordinal));
        Assert.True(seen[^1] is not null, string.Join('\n', seen));
    }
}
