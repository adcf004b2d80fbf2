using Npgsql;

namespace Offloop.Tests.Stores;

/// <summary>A PostgreSQL with the database <c>jobs</c>.</summary>
public sealed class PostgresServer : StoreServer
{
    public const string Owner = "offloop";

    protected override string Name => "PostgreSQL";

    protected override string? Program => Tool("postgres");

    protected override string[] Command =>
        AsUser(Program!, "-D", Data, "-h", "127.0.0.1", "-p", PortText, "-k", "", "-F", "-c", "shared_buffers=16MB", "-c", "ssl=on",
            "-c", $"ssl_cert_file={CertificateFile}", "-c", $"ssl_key_file={PrivateKeyFile}");

    protected override string Ready => "database system is ready to accept connections";

    private string Data => Path.Combine(Folder, "data");

    public override string Address(string? password) => Address(Owner, password, "jobs");

    public override string SecureAddress(string host, string? authorities) =>
        $"postgres://{Owner}:{Uri.EscapeDataString(Secret)}@{host}:{PortText}/jobs?sslmode=verify-full"
        + (authorities is null ? "" : $"&sslrootcert={authorities}");

    public string Address(string user, string? password, string database) =>
        $"postgres://{user}{(password is null ? "" : $":{password}")}@127.0.0.1:{PortText}/{database}?sslmode=disable";

    /// <summary>Does something as the owner of all databases, and returns the first value that it gives.</summary>
    public async Task<object?> RunSqlAsync(string sql, string database = "postgres")
    {
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = Port,
            Username = Owner,
            Password = Secret,
            Database = database,
            Pooling = false,
        };
        await using var connection = new NpgsqlConnection(settings.ToString());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    protected override async Task MakeAsync()
    {
        string secret = Path.Combine(Folder, "secret");
        Write(secret, Secret);
        if (Environment.IsPrivilegedProcess)
            await RunAsync("chown", "-R", "postgres", Folder);
        string[] command = AsUser(
            Tool("initdb")!, "--no-sync", "--encoding=UTF8", "--locale=C", "--auth=scram-sha-256", $"--username={Owner}",
            $"--pwfile={secret}", Data);
        await RunAsync(command[0], command[1..]);
    }

    protected override async Task FillAsync() => await RunSqlAsync("create database jobs");

    /// <summary>It refuses to run as root.</summary>
    private static string[] AsUser(params string[] command) => Environment.IsPrivilegedProcess
        ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--", .. command]
        : command;

    /// <summary>Debian keeps the programs of the server out of the path.</summary>
    private static string? Tool(string program)
    {
        const string Versions = "/usr/lib/postgresql";
        return Find(program) ?? (Directory.Exists(Versions)
            ? Directory.GetDirectories(Versions).Select(version => Path.Combine(version, "bin", program)).Where(File.Exists).Max()
            : null);
    }
}
