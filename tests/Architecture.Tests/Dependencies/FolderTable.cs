using System.Text.RegularExpressions;

namespace Offloop.Tests.Architecture.Dependencies;

/// <summary>A table of docs/architecture.md: one row for each folder of a project, from top to bottom, with the folders that it may
/// know. The header's first cell names the project, as in <c>`src/Executors`</c>.</summary>
internal sealed partial class FolderTable
{
    private readonly string _project;
    private readonly List<(string Folder, string[]? MayKnow)> _rows = [];
    private readonly List<string> _unread = [];

    private FolderTable(string project) => _project = project;

    /// <summary>Reads the table of a project. A page without one gives a table without rows.</summary>
    public static FolderTable Read(string project, IEnumerable<string> lines)
    {
        var table = new FolderTable(project);
        foreach (string[] cells in lines
            .SkipWhile(line => !line.StartsWith($"| `src/{project}` |", StringComparison.Ordinal)).Skip(2)
            .TakeWhile(static line => line.StartsWith('|')).Select(static line => line.Trim('|', ' ').Split('|')))
            table.AddRow(cells);
        return table;
    }

    /// <summary>One line for each folder without a row, each row without a folder, each row that allows an arrow upwards, and each
    /// arrow that its row does not allow.</summary>
    public IEnumerable<string> Broken(IReadOnlyList<string> folders, FolderGraph graph)
    {
        string[] named = [.. _rows.Select(static row => row.Folder)];
        foreach (string row in _unread)
            yield return $"docs/architecture.md: the row of {row} does not say what the folder may know.";
        foreach (string folder in folders.Except(named))
            yield return $"docs/architecture.md: {Folder.Display(folder)} has no row in the table of src/{_project}.";
        foreach (string folder in named.Except(folders))
            yield return $"docs/architecture.md: {Folder.Display(folder)} has a row in the table of src/{_project} and does not exist.";
        foreach (string folder in named.GroupBy(static name => name).Where(static rows => rows.Count() > 1).Select(static rows => rows.Key))
            yield return $"docs/architecture.md: {Folder.Display(folder)} has two rows in the table of src/{_project}.";
        for (int i = 0; i < _rows.Count; i++)
        {
            foreach (string upwards in (_rows[i].MayKnow ?? []).Except(named[(i + 1)..]))
                yield return $"docs/architecture.md: {Folder.Display(named[i])} may know {Folder.Display(upwards)}, which is not below it.";
        }
        foreach ((string from, string to, Arrow example) in graph.Arrows)
        {
            int row = Array.IndexOf(named, from);
            if (row >= 0 && !(_rows[row].MayKnow ?? named[(row + 1)..]).Contains(to))
                yield return $"{Folder.Display(from)} may not know {Folder.Display(to)} by docs/architecture.md: {example}";
        }
    }

    private void AddRow(string[] cells)
    {
        string folder = cells[0].Trim() == "(root)" ? Folder.Root : cells[0].Trim(' ', '`', '/');
        string text = cells[^1].Trim();
        string[] names = [.. FolderName().Matches(text).Select(static match => match.Groups[1].Value)];
        _rows.Add((folder, text == "everything below" ? null : names));
        if (names.Length == 0 && text is not ("everything below" or "nothing"))
            _unread.Add(Folder.Display(folder));
    }

    [GeneratedRegex("`([A-Za-z]+)/`")]
    private static partial Regex FolderName();
}
