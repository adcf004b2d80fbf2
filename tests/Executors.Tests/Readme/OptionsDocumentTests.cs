using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Offloop.Tests.Readme;

/// <summary>docs/options.md has a row for each option, with its default.</summary>
public sealed partial class OptionsDocumentTests
{
    /// <summary>What a default that is null, or that no constant expresses, means.</summary>
    private static readonly Dictionary<string, string> s_meanings = new()
    {
        ["MaxWorkers"] = "processors",
        ["TimeProvider"] = "the system's",
        ["LoggerFactory"] = "none",
        ["QueueCapacity"] = "no limit",
        ["MaxTasksPerWorker"] = "no limit",
        ["MaxWorkerMemory"] = "no limit",
        ["WorkerHeapLimit"] = "no limit",
        ["WorkingDirectory"] = "this process's",
        ["ProcessPriority"] = "this process's",
        ["Timeout"] = "the executor's",
        ["BufferSize"] = "256 a worker",
        ["ChunkSize"] = "adaptive",
        ["MaxMessageBytes"] = "256 MiB",
    };

    [Theory]
    [InlineData(typeof(ProcessPoolOptions))]
    [InlineData(typeof(ThreadPoolOptions))]
    [InlineData(typeof(InlineOptions))]
    [InlineData(typeof(SubmitOptions))]
    [InlineData(typeof(MapOptions))]
    [InlineData(typeof(LoopMonitorOptions))]
    public void Every_option_has_a_row_with_its_default(Type type)
    {
        string page = Page();
        object options = Activator.CreateInstance(type)!;
        Assert.All(type.GetProperties(BindingFlags.Public | BindingFlags.Instance), option =>
            Assert.Contains($"\n| `{option.Name}` | {Default(option.Name, option.GetValue(options))} | ", page, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_row_is_an_option()
    {
        HashSet<string> options =
        [
            .. new[]
            {
                typeof(ProcessPoolOptions), typeof(ThreadPoolOptions), typeof(InlineOptions), typeof(SubmitOptions), typeof(MapOptions),
                typeof(LoopMonitorOptions),
            }.SelectMany(static type => type.GetProperties()).Select(static option => option.Name),
            .. Enum.GetNames<ShutdownMode>(),
        ];
        Assert.All(Rows().Matches(Page()), row => Assert.Contains(row.Groups[1].Value, options));
    }

    private static string Page() => File.ReadAllText(RepositoryFile.Path("docs", "options.md")).ReplaceLineEndings("\n");

    private static string Default(string name, object? value) => value switch
    {
        _ when s_meanings.TryGetValue(name, out string? meaning) => meaning,
        null => "none",
        TimeSpan time when time == Timeout.InfiniteTimeSpan => "no limit",
        TimeSpan { TotalSeconds: < 1 } time => $"{time.TotalMilliseconds} ms",
        TimeSpan time => $"{time.TotalSeconds} s",
        bool choice => choice ? "yes" : "no",
        Enum choice => $"`{choice}`",
        ICollection { Count: 0 } => "none",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new ArgumentException($"{name} is {value}, which the test cannot write."),
    };

    [GeneratedRegex(@"(?m)^\| `(\w+)` \|")]
    private static partial Regex Rows();
}
