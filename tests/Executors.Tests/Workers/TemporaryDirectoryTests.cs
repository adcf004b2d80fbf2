namespace Offloop.Tests.Workers;

/// <summary>The place of the pool's own directory, in a process whose TMPDIR is set as a test wants it (Unix).</summary>
public sealed class TemporaryDirectoryTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("o-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory(Timeout = Waiting.Hang)]
    [InlineData("plain")]
    [InlineData("with space and 'quotes' \"both\"")]
    [InlineData("höhle-ユーザー")]
    [InlineData("{0} $HOME `id` #;:&*?[x] \\\t~")]
    [InlineData("two\nlines")]
    [InlineData("100% %s %n %")] // the runtime itself crashes at its start there, unless its diagnostics are off
    [InlineData("none/yet")]
    [Trait("Conformance", "J113")]
    public async Task An_odd_one_works(string name)
    {
        string directory = Path.Combine(_root, name);
        if (name != "none/yet")
            Directory.CreateDirectory(directory);

        Assert.Equal("49", await PoolInAsync(directory));

        if (name == "none/yet" && !OperatingSystem.IsWindows())
        {
            const UnixFileMode OwnersAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            Assert.Equal(OwnersAlone, File.GetUnixFileMode(Path.Combine(_root, "none")));
            Assert.Equal(OwnersAlone, File.GetUnixFileMode(directory));
        }
        Assert.DoesNotContain(Directory.GetFileSystemEntries(directory), path => path.Contains("offloop", StringComparison.Ordinal));
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "J113")]
    public async Task One_that_is_too_long_is_refused_with_the_variable_to_set()
    {
        string directory = Path.Combine(_root, new string('x', 120));
        Directory.CreateDirectory(directory);
        await AssertRefusedAsync(directory, "too long");
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "J113")]
    public async Task One_whose_letters_take_more_bytes_than_fit_is_refused_too()
    {
        string directory = Path.Combine(_root, new string('ユ', 30));
        Directory.CreateDirectory(directory);
        await AssertRefusedAsync(directory, "too long");
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "J113")]
    public async Task One_that_is_read_only_is_refused_with_the_variable_to_set()
    {
        // Root may write everywhere but here.
        string directory = Environment.IsPrivilegedProcess ? "/proc" : Path.Combine(_root, "locked");
        if (!Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows())
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await AssertRefusedAsync(directory, "cannot be written");
    }

    private static async Task AssertRefusedAsync(string directory, string why)
    {
        string said = await PoolInAsync(directory);
        Assert.Contains(why, said, StringComparison.Ordinal);
        Assert.Contains("set the environment variable TMPDIR", said, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', said);
    }

    private static async Task<string> PoolInAsync(string directory)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "It is TMPDIR on Unix only.");
        await using var outer = new ProcessPoolExecutor(new ProcessPoolOptions
        {
            MaxWorkers = 1,
            StartTimeout = Waiting.ForStart,
            Environment = new Dictionary<string, string?> { ["TMPDIR"] = directory },
        });
        return await outer.SubmitAsync(Nesting.PoolAsync, 7);
    }
}
