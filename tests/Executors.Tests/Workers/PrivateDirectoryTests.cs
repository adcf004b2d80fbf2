using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Offloop.Workers;

namespace Offloop.Tests.Workers;

/// <summary>A pool's own directory, without the pool.</summary>
public sealed class PrivateDirectoryTests : IDisposable
{
    private const string Kept = "kept.json";

    private readonly FakeTimeProvider _clock = new();
    private readonly PrivateDirectory _directory;

    public PrivateDirectoryTests()
    {
        _directory = PrivateDirectory.Create(NullLogger.Instance, _clock);
        _directory.Keep(Kept, [1, 2, 3]);
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void As_long_as_nothing_is_missing_it_stays()
    {
        string path = _directory.Path;
        File.WriteAllText(_directory.File("w1m"), "a worker's");
        _directory.Ensure();
        Assert.Equal(path, _directory.Path);
    }

    [Theory]
    [InlineData("lock")]
    [InlineData("owner")]
    [InlineData(Kept)]
    public void If_anything_is_missing_another_one_has_all_of_it(string name)
    {
        string before = _directory.Path;
        File.Delete(_directory.File(name));

        _directory.Ensure();

        Assert.NotEqual(before, _directory.Path);
        Assert.Equal(["kept.json", "lock", "owner"], Directory.GetFiles(_directory.Path).Select(Path.GetFileName).Order());
        Assert.Equal([1, 2, 3], File.ReadAllBytes(_directory.File(Kept)));
        Assert.True(Directory.Exists(before)); // a worker may be starting there
        string after = _directory.Path;
        _directory.Dispose();
        Assert.False(Directory.Exists(before) || Directory.Exists(after));
    }

    [Fact]
    public void A_file_that_was_cut_is_missing_too()
    {
        string before = _directory.Path;
        File.WriteAllBytes(_directory.File(Kept), [1]);
        _directory.Ensure();
        Assert.NotEqual(before, _directory.Path);
    }

    [Fact]
    public void Its_files_are_never_old()
    {
        DateTime old = DateTime.UtcNow.AddDays(-30);
        string[] all = [_directory.File("lock"), _directory.File("owner"), _directory.File(Kept), _directory.Path];
        foreach (string path in all)
        {
            File.SetLastWriteTimeUtc(path, old);
            File.SetLastAccessTimeUtc(path, old);
        }

        _clock.Advance(TimeSpan.FromHours(1));

        Assert.All(all, path => Assert.True(File.GetLastWriteTimeUtc(path) > old.AddDays(29)));
        Assert.All(all, path => Assert.True(File.GetLastAccessTimeUtc(path) > old.AddDays(29)));
    }

    [Theory]
    [InlineData("the next start")]
    [InlineData("the next hour")]
    [InlineData("the end")]
    public void A_file_that_cannot_be_removed_is_removed_later(string occasion)
    {
        string path = Path.GetTempFileName();
        File.Delete(path);
        Directory.CreateDirectory(path); // as with a read-only file system, File.Delete throws, but for root too
        _directory.Remove(path);
        Directory.Delete(path);
        File.WriteAllText(path, "");

        if (occasion == "the next start")
            _directory.Ensure();
        else if (occasion == "the next hour")
            _clock.Advance(TimeSpan.FromHours(1));
        else
            _directory.Dispose();

        Assert.False(File.Exists(path));
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_one_sentence_with_the_variable_to_set()
    {
        var error = Assert.Throws<InvalidOperationException>(() => _directory.Keep("no/such/place", [1]));
        Assert.StartsWith($"The temporary directory '{Path.GetTempPath()}' cannot be written (", error.Message, StringComparison.Ordinal);
        Assert.Contains("make room in it, or set the environment variable TMP", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        Assert.IsAssignableFrom<IOException>(error.InnerException);
    }

    [Fact]
    public void Nobody_else_may_enter_it()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("On Windows the user's own temporary directory sees to that.");
        else
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_directory.Path));
    }
}
