using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Offloop.Tests.Stores;

/// <summary>A PostgreSQL with the database <c>jobs</c>.</summary>
public sealed class PostgresServer : StoreServer
{
    private const string User = "offloop";

    protected override string Name => "PostgreSQL";

    protected override string? Program => Tool("postgres");

    protected override string Ready => "database system is ready to accept connections";

    private string Data => Path.Combine(Folder, "data");

    public override string Address(string? password) => Address(User, password, "jobs");

    public string Address(string user, string? password, string database) => string.Create(
        CultureInfo.InvariantCulture,
        $"postgres://{user}{(password is null ? "" : $":{password}")}@127.0.0.1:{Port}/{database}?sslmode=disable");

    /// <summary>Does something as the owner of a database.</summary>
    public async Task RunSqlAsync(string sql, string database = "jobs")
    {
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = Port,
            Username = User,
            Password = Secret,
            Database = database,
            Pooling = false,
        };
        await using var connection = new NpgsqlConnection(settings.ToString());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    protected override async Task MakeAsync()
    {
        string secret = Path.Combine(Folder, "secret");
        await File.WriteAllTextAsync(secret, Secret);
        if (Environment.IsPrivilegedProcess)
            await RunAsync("chown", "-R", "postgres", Folder); // it refuses to run as root
        ProcessStartInfo make = AsUser(
            Tool("initdb")!, "--no-sync", "--encoding=UTF8", "--locale=C", "--auth=scram-sha-256", $"--username={User}", $"--pwfile={secret}",
            Data);
        await RunAsync(make.FileName, make.ArgumentList);
    }

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        if (Program is not null)
            await RunSqlAsync("create database jobs", "postgres");
    }

    protected override ProcessStartInfo Start() => AsUser(
        Program!, "-D", Data, "-h", "127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture), "-k", "", "-F", "-c",
        "shared_buffers=16MB");

    private static ProcessStartInfo AsUser(string program, params string[] arguments) => Environment.IsPrivilegedProcess
        ? Quiet("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", "--", program, .. arguments])
        : Quiet(program, arguments);

    /// <summary>Debian keeps the programs of the server out of the path.</summary>
    private static string? Tool(string program) => Find(program) ?? (Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin", program)).Where(File.Exists).Max()
        : null);
}
