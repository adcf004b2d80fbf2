using System.Text.Json;

namespace Offloop.Tests.Workers;

/// <summary>The packages that come with the library are those of docs/dependencies.md, and a worker loads those that it says.</summary>
public sealed class DependencyTests
{
    /// <summary>The rows of the table, in its order.</summary>
    private static readonly Row[] s_rows =
    [
        .. File.ReadLines(RepositoryFile.Path("docs", "dependencies.md"))
            .Where(static line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(static line => Row.Of(line.Split('|', StringSplitOptions.TrimEntries))),
    ];

    /// <summary>The assembly that the compiler alone asks for, when it compiles StreamJsonRpc's reading loop in a worker.</summary>
    private const string CompilersNeed = "Newtonsoft.Json";

    private static readonly bool s_isCompiledAhead =
        new FileInfo(Path.Combine(AppContext.BaseDirectory, "StreamJsonRpc.dll")).Length != SizeOf("StreamJsonRpc");

    [Fact]
    public void The_page_has_every_package_with_its_version()
    {
        using var locked = JsonDocument.Parse(File.ReadAllText(RepositoryFile.Path("src", "Executors", "packages.lock.json")));
        IEnumerable<string> restored = locked.RootElement.GetProperty("dependencies").GetProperty("net10.0").EnumerateObject()
            .Where(static package => package.Name != "Microsoft.CodeAnalysis.PublicApiAnalyzers") // of the build alone
            .Select(static package => $"{package.Name} {package.Value.GetProperty("resolved").GetString()}");

        Assert.Equal(
            restored.Order(StringComparer.Ordinal),
            s_rows.Select(static row => $"{row.Package} {row.Version}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_page_has_the_size_of_their_files() =>
        Assert.All(s_rows, static row => Assert.Equal(SizeOf(row.Assembly) / 1024.0, row.Kibibytes, tolerance: 0.5));

    /// <summary>Tasks of all kinds, and the end of each, so that whatever a worker needs it has loaded.</summary>
    [Fact(Timeout = Waiting.Hang)]
    public async Task A_worker_loads_what_the_page_says()
    {
        await using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MaxWorkers = 1, StartTimeout = Waiting.ForStart });
        await foreach (int _ in pool.StreamAsync(Streams.CountTo, 3, cancellationToken: TestContext.Current.CancellationToken))
        {
        }
        await foreach (int _ in pool.MapAsync(Basics.Square, [1, 2, 3], cancellationToken: TestContext.Current.CancellationToken))
        {
        }
        await Assert.ThrowsAsync<InvalidOperationException>(() => pool.SubmitAsync(Throwing.Invalid, "it fails as it should"));

        string[] loaded = await pool.SubmitAsync(Surrounded.LoadedAssemblies);

        Assert.Contains("Offloop.WorkerHost", loaded);
        Assert.Equal(
            s_rows.Where(static row => row.IsLoaded && !(s_isCompiledAhead && row.Assembly == CompilersNeed))
                .Select(static row => row.Assembly).Order(StringComparer.Ordinal),
            loaded.Where(static name => s_rows.Any(row => row.Assembly == name)).Order(StringComparer.Ordinal));
    }

    /// <summary>The size of a file as it is in its package: beside these tests it may lie compiled ahead.</summary>
    private static long SizeOf(string assembly)
    {
        string output = Path.Combine("bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0");
        return new FileInfo(RepositoryFile.Path("src", "WorkerHost", output, assembly + ".dll")).Length;
    }

    private sealed record Row(string Package, string Version, string Assembly, double Kibibytes, bool IsLoaded)
    {
        /// <param name="cells">Those of a line of the table; the first is empty.</param>
        public static Row Of(string[] cells) => new(
            cells[1].Trim('`'), cells[2],
            cells[1].Trim('`').Replace(".Only", "", StringComparison.Ordinal), // the one package whose assembly has another name
            double.Parse(cells[4], System.Globalization.CultureInfo.InvariantCulture), cells[6] == "yes");
    }
}
