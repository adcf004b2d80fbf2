using Offloop.Coordinator.Cli;
using Offloop.Coordinator.Clustering;

namespace Offloop.Tests.Clustering;

public sealed class ClusterStoresTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("offloop-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("redis://cache", "redis://cache")]
    [InlineData("redis://Cache.example:6380/3", "redis://cache.example:6380/3")]
    [InlineData("rediss://worker@[::1]:6379/", "rediss://worker@[::1]:6379")]
    [InlineData("postgres://jobs@db:5432/jobs", "postgres://jobs@db:5432/jobs")]
    [InlineData("postgresql://db", "postgresql://db")]
    [InlineData("postgres://a%40b@db/my%20jobs?sslmode=verify-full", "postgres://a%40b@db/my%20jobs")]
    public void An_address_is_a_store_with_that_name(string address, string name) =>
        Assert.Equal(name, ClusterStores.Parse(address).ToString());

    [Theory]
    [InlineData("cache:6379", "--cluster-store: expected redis://HOST:PORT/NUMBER, ")]
    [InlineData("", "--cluster-store: expected redis://")]
    [InlineData("@", "--cluster-store: expected redis://")]
    [InlineData("mysql://db/jobs", "--cluster-store: there is no store 'mysql'; expected redis://")]
    [InlineData("redis://", "--cluster-store: the host is missing; ")]
    [InlineData("redis://:6379", "--cluster-store: the host is missing; ")]
    [InlineData("postgres:///jobs", "--cluster-store: the host is missing; ")]
    [InlineData("redis://cache:x", "--cluster-store: the address cannot be read; ")]
    [InlineData("redis://cache:99999", "--cluster-store: the address cannot be read; ")]
    [InlineData("redis://cache/jobs", "--cluster-store: the address has a path that is not the number of a database; ")]
    [InlineData("redis://cache?ssl=true", "--cluster-store: the address has 'ssl' after the question mark; expected nothing there.")]
    [InlineData("postgres://db/jobs?sslmode=on", "--cluster-store: sslmode is not known; expected disable, ")]
    [InlineData("rediss://cache?ssl=true", "--cluster-store: the address has 'ssl' after the question mark; expected sslrootcert.")]
    [InlineData("rediss://cache?sslrootcert=/none/ca.pem", "--cluster-store: sslrootcert cannot be read (")]
    [InlineData("postgres://db/jobs?sslrootcert=/none/ca.pem", "--cluster-store: sslrootcert cannot be read (")]
    [InlineData("postgres://db/jobs?sslrootcert=/dev/null", "--cluster-store: sslrootcert names a file without a certificate; ")]
    [InlineData("postgres://db/jobs?pooling=no", "--cluster-store: the address has 'pooling' after the question mark; expected sslmode")]
    public void Anything_else_is_refused_with_the_remedy(string text, string sentence)
    {
        var error = Assert.Throws<UsageException>(() => ClusterStores.Parse(text));

        Assert.StartsWith(sentence, error.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("redis://:secret@cache")]
    [InlineData("postgres://jobs:secret@db/jobs")]
    [InlineData("postgres://jobs:sec/ret@db/jobs")]
    [InlineData("postgres://jobs:sec#ret@db/jobs")]
    [InlineData("postgres://jobs@db/jobs?password=secret")]
    [InlineData("postgres:secret@db")]
    public void A_password_is_refused_on_the_command_line_and_never_shown(string text)
    {
        var error = Assert.Throws<UsageException>(() => ClusterStores.Parse(text));

        Assert.StartsWith("--cluster-store: ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sec", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_a_password_belongs_is_said()
    {
        var error = Assert.Throws<UsageException>(() => ClusterStores.Parse("redis://:secret@cache"));

        Assert.EndsWith("expected the address in a file of yours alone, and @FILE here.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgres://jobs:secret@db/jobs\nsecond line", "postgres://jobs@db/jobs")]
    [InlineData("  redis://:secret@cache/1 \r\n", "redis://cache/1")]
    public void A_file_has_the_address_with_its_password(string content, string name) =>
        Assert.Equal(name, ClusterStores.Parse($"@{Write(content)}").ToString());

    [Theory]
    [InlineData("", "expected the address of the store in the first line of the file.")]
    [InlineData("\nredis://:secret@cache", "expected the address of the store in the first line of the file.")]
    [InlineData("host=db password=secret", "expected redis://HOST:PORT/NUMBER, ")]
    [InlineData("mysql://jobs:secret@db", "there is no store 'mysql'; ")]
    [InlineData("redis://:secret#@cache", "the address cannot be read; ")]
    public void A_file_without_one_is_named_and_its_content_is_not(string content, string remedy)
    {
        string file = Write(content);

        var error = Assert.Throws<UsageException>(() => ClusterStores.Parse($"@{file}"));

        Assert.StartsWith($"--cluster-store @{file}: {remedy}", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_or_that_others_may_read_is_refused()
    {
        var error = Assert.Throws<UsageException>(() => ClusterStores.Parse($"@{_folder}/none"));
        Assert.StartsWith(
            $"--cluster-store @{Path.Combine(_folder, "none")}: the file cannot be read (", error.Message, StringComparison.Ordinal);

        if (OperatingSystem.IsWindows())
            return; // which has no such rights
        string file = Write("redis://:secret@cache");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        error = Assert.Throws<UsageException>(() => ClusterStores.Parse($"@{file}"));
        Assert.Contains("the file has a password, but others than its owner may use it", error.Message, StringComparison.Ordinal);

        File.WriteAllText(file, "redis://cache");
        Assert.Equal("redis://cache", ClusterStores.Parse($"@{file}").ToString());
    }

    private string Write(string content)
    {
        string file = Path.Combine(_folder, "address");
        File.WriteAllText(file, content);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return file;
    }
}
