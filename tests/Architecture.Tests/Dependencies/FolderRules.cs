namespace Offloop.Tests.Architecture.Dependencies;

/// <summary>Arrows that must not be drawn, whatever the table of folders in docs/architecture.md allows.</summary>
internal static class FolderRules
{
    private static readonly ForbiddenArrow[] s_forbidden =
    [
        new("Executors", "Scheduling",
            "Streaming", "Mapping", "Progress", "Reporting", "Invocation", "Protocol", "Tasks", "Workers", "Threads"),
        new("Executors", "Protocol", "Streaming", "Mapping", "Scheduling", "Tasks", "Workers", "Threads"),
    ];

    /// <summary>One line for each arrow to the root, and for each arrow in the table of the forbidden ones.</summary>
    public static IEnumerable<string> Broken(string project, FolderGraph graph)
    {
        foreach ((string from, string to, Arrow example) in graph.Arrows)
        {
            if (to == Folder.Root)
                yield return $"{Folder.Display(from)} must not know the root: {example}";
            if (s_forbidden.Any(rule => rule.Project == project && rule.From == from && rule.To.Contains(to)))
                yield return $"{Folder.Display(from)} must not know {Folder.Display(to)}: {example}";
        }
    }

    private sealed record ForbiddenArrow(string Project, string From, params string[] To);
}
