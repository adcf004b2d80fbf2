using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using Npgsql;
using Offloop.Cluster.Options;
using Orleans.Hosting;

namespace Offloop.Coordinator.Clustering;

/// <summary>PostgreSQL as the store of a cluster: the schema <c>offloop</c>, whose tables are made when they are missing.</summary>
internal static class PostgresStore
{
    /// <summary>The version of PostgresStore.sql, as it says it of itself.</summary>
    private const int Version = 1;

    private const string Schema = "offloop";

    /// <summary>Processes that make the tables at the same time do so one after the other. The number means nothing to others.</summary>
    private const long MakingLock = 0x0FF1_00B0_0C15_7E11;

    public static ClusterStore At(StoreAddress address)
    {
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = address.Host,
            Username = address.User,
            Password = address.Password,
            Database = address.Path.Length > 0 ? address.Path : null,
            SearchPath = Schema,
            ApplicationName = "offloop",
            MaxPoolSize = 8,
            Timeout = 10,
            CommandTimeout = 10,
        };
        if (address.Port >= 0)
            settings.Port = address.Port;
        if (address.Take("sslmode") is { } mode)
            settings.SslMode = ModeOf(address, mode);
        settings.RootCertificate = address.TakeAuthorities()?.File;
        address.TakeNoMore("sslmode or sslrootcert");

        // It opens no connection by itself, and is used until the end of the process.
        var database = NpgsqlDataSource.Create(settings);
        string name = address.ToString();
        return ClusterStore.Of(
            silo => silo.UseAdoNetClustering(options => (options.Invariant, options.DataSource) = ("Npgsql", database)),
            token => PrepareAsync(database, name, token), name);
    }

    private static SslMode ModeOf(StoreAddress address, string text) => text switch
    {
        "disable" => SslMode.Disable,
        "allow" => SslMode.Allow,
        "prefer" => SslMode.Prefer,
        "require" => SslMode.Require,
        "verify-ca" => SslMode.VerifyCA,
        "verify-full" => SslMode.VerifyFull,
        _ => throw address.Bad("sslmode is not known; expected disable, allow, prefer, require, verify-ca or verify-full"),
    };

    /// <summary>Makes the tables and the queries of Orleans' provider, unless they are there.</summary>
    private static async Task PrepareAsync(NpgsqlDataSource database, string name, CancellationToken cancellationToken)
    {
        try
        {
            await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
            if (await VersionAsync(connection, cancellationToken) < Version)
                await MakeAsync(connection, cancellationToken);
        }
        catch (NpgsqlException error)
        {
            throw ToStartException(error, name);
        }
    }

    /// <summary>The version of the tables; 0 if there are none.</summary>
    private static async Task<int> VersionAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = new NpgsqlCommand(
                $"select QueryText from {Schema}.OrleansQuery where QueryKey = 'OffloopVersion'", connection);
            object? found = await command.ExecuteScalarAsync(cancellationToken);
            return int.TryParse(found as string, NumberStyles.None, CultureInfo.InvariantCulture, out int version) ? version : 0;
        }
        catch (PostgresException error)
            when (error.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            return 0;
        }
    }

    private static async Task MakeAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using Stream resource = typeof(PostgresStore).Assembly.GetManifestResourceStream("PostgresStore.sql")!;
        using var reader = new StreamReader(resource);
        string script = await reader.ReadToEndAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var turn = new NpgsqlCommand("select pg_advisory_xact_lock($1)", connection))
        {
            turn.Parameters.Add(new NpgsqlParameter { Value = MakingLock });
            await turn.ExecuteNonQueryAsync(cancellationToken);
        }
        await using (var make = new NpgsqlCommand(script, connection))
            await make.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static ClusterStartException ToStartException(NpgsqlException error, string name) => error switch
    {
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } denied => new(
            $"The store {name} lacks the tables of this version, or the rights to them, and this user may not make them "
            + $"({denied.MessageText}); let an owner of the database run PostgresStore.sql, and grant the rights that docs/cluster.md "
            + "names.", error),
        PostgresException { SqlState: PostgresErrorCodes.InvalidPassword } => new(StoreAddress.Refused(name), error),
        PostgresException { SqlState: PostgresErrorCodes.InvalidAuthorizationSpecification } refused => new(
            $"The store {name} does not let this process in ({refused.MessageText}); correct its pg_hba.conf, or the address.", error),
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } => new(
            $"The store {name} has no such database; create it (createdb), or correct the address.", error),
        PostgresException other => new($"The store {name} does not do what is asked of it: {other.MessageText}.", error)
        {
            MayPass = other.IsTransient,
        },
        { InnerException: SocketException or TimeoutException or IOException } => new(
            $"The store {name} cannot be reached ({error.GetBaseException().Message}); start it, or correct the address.", error)
        {
            MayPass = true,
        },
        { InnerException: AuthenticationException } => new(StoreAddress.Distrusted(name), error),
        _ => new($"The store {name} cannot be used: {error.GetBaseException().Message}", error),
    };
}
