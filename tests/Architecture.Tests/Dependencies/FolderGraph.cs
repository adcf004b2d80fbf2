namespace Offloop.Tests.Architecture.Dependencies;

/// <summary>The arrows between folders. Each keeps the first use as its example.</summary>
internal sealed class FolderGraph
{
    private static readonly SortedDictionary<string, Arrow> s_none = [];

    private readonly SortedDictionary<string, SortedDictionary<string, Arrow>> _arrows = new(StringComparer.Ordinal);

    private FolderGraph(IEnumerable<(string From, string To, Arrow Example)> arrows)
    {
        foreach ((string from, string to, Arrow example) in arrows)
        {
            if (from == to)
                continue;
            if (!_arrows.TryGetValue(from, out SortedDictionary<string, Arrow>? targets))
                _arrows[from] = targets = new SortedDictionary<string, Arrow>(StringComparer.Ordinal);
            targets.TryAdd(to, example);
        }
    }

    /// <summary>All arrows, in order of their names.</summary>
    public IEnumerable<(string From, string To, Arrow Example)> Arrows =>
        _arrows.SelectMany(static pair => pair.Value.Select(target => (pair.Key, target.Key, target.Value)));

    /// <summary>The graph of the first-level folders and the root.</summary>
    public static FolderGraph OfFolders(IEnumerable<Arrow> arrows) =>
        new(arrows.Select(static arrow => (Folder.Of(arrow.File), Folder.Of(arrow.DeclaredIn), arrow)));

    /// <summary>A graph for each first-level folder: of its subfolders, without the files that lie in none.</summary>
    public static IEnumerable<FolderGraph> OfSubfolders(IEnumerable<Arrow> arrows) => arrows
        .Where(static arrow => Folder.Of(arrow.File) == Folder.Of(arrow.DeclaredIn))
        .Where(static arrow => Folder.SubfolderOf(arrow.File) is not null && Folder.SubfolderOf(arrow.DeclaredIn) is not null)
        .GroupBy(static arrow => Folder.Of(arrow.File))
        .Select(static folder => new FolderGraph(folder.Select(arrow => (Name(arrow.File), Name(arrow.DeclaredIn), arrow))));

    /// <summary>One line for each knot of folders that reach one another: a shortest cycle in it with an example for each arrow.</summary>
    public IEnumerable<string> Cycles()
    {
        var told = new HashSet<string>(StringComparer.Ordinal);
        foreach (string folder in _arrows.Keys)
        {
            if (told.Contains(folder) || !Reached(folder).Contains(folder))
                continue;
            string[] knot = [.. Reached(folder).Where(other => Reached(other).Contains(folder))];
            told.UnionWith(knot);
            string[] cycle = knot.Select(ShortestCycle).MinBy(static path => path.Length)!;
            string names = string.Join(" -> ", cycle.Select(Folder.Display));
            string others = string.Join(", ", knot.Except(cycle).Select(Folder.Display));
            IEnumerable<string> examples = cycle.Zip(cycle.Skip(1), (from, to) => $"{Environment.NewLine}    {_arrows[from][to]}");
            yield return $"Cycle {names}{(others.Length > 0 ? $" (in the same knot: {others})" : "")}{string.Concat(examples)}";
        }
    }

    private static string Name(string path) => $"{Folder.Of(path)}/{Folder.SubfolderOf(path)}";

    /// <summary>All that can be reached from a folder by one arrow or more; the folder itself only if it lies on a cycle.</summary>
    private SortedSet<string> Reached(string folder)
    {
        var reached = new SortedSet<string>(StringComparer.Ordinal);
        var next = new Queue<string>([folder]);
        while (next.TryDequeue(out string? from))
        {
            foreach (string to in TargetsOf(from).Where(reached.Add))
                next.Enqueue(to);
        }
        return reached;
    }

    /// <summary>The shortest way from a folder of a knot back to it, both ends included.</summary>
    private string[] ShortestCycle(string folder)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var next = new Queue<string[]>([[folder]]);
        while (next.TryDequeue(out string[]? path))
        {
            foreach (string to in TargetsOf(path[^1]))
            {
                if (to == folder)
                    return [.. path, to];
                if (seen.Add(to))
                    next.Enqueue([.. path, to]);
            }
        }
        throw new InvalidOperationException($"{folder} lies on no cycle.");
    }

    private SortedDictionary<string, Arrow>.KeyCollection TargetsOf(string folder) => _arrows.GetValueOrDefault(folder, s_none).Keys;
}
