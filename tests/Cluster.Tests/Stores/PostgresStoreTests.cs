using Offloop.Coordinator.Clustering;

namespace Offloop.Tests.Stores;

public sealed class PostgresStoreTests(PostgresServer server) : StoreTests(server), IClassFixture<PostgresServer>
{
    [Fact(Timeout = Waiting.Hang)]
    public async Task The_tables_are_made_once_although_many_start_at_the_same_time()
    {
        server.Require();
        await server.RunSqlAsync("create database fresh");

        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ => await In("fresh").PrepareAsync(TestContext.Current.CancellationToken)));

        await server.RunSqlAsync("select QueryText::int / 0 from offloop.OrleansQuery where QueryKey = 'none'", "fresh"); // it is there
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_user_without_rights_is_told_so_until_somebody_else_has_made_the_tables_and_granted_them()
    {
        server.Require();
        await server.RunSqlAsync("create database guarded");
        await server.RunSqlAsync($"create role guest login password '{StoreServer.Secret}'");

        ClusterStartException error = await RefusedAsync();
        Assert.Contains("may not make them (permission denied for database guarded)", error.Message, StringComparison.Ordinal);
        await In("guarded").PrepareAsync(TestContext.Current.CancellationToken);
        error = await RefusedAsync();
        Assert.Contains("(permission denied for schema offloop)", error.Message, StringComparison.Ordinal);
        await server.RunSqlAsync(
            """
            grant usage on schema offloop to guest;
            grant select on offloop.OrleansQuery to guest;
            grant select, insert, update, delete on offloop.Clusters, offloop.Members to guest;
            """,
            "guarded");

        await using var silos = new TestSilos();
        await silos.StartAsync(silos.Network with { Store = In("guarded", "guest") }, "guest");

        async Task<ClusterStartException> RefusedAsync() => await Assert.ThrowsAsync<ClusterStartException>(
            () => In("guarded", "guest").PrepareAsync(TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_database_that_is_not_there_is_told()
    {
        server.Require();

        var error = await Assert.ThrowsAsync<ClusterStartException>(
            () => In("nowhere").PrepareAsync(TestContext.Current.CancellationToken));

        Assert.EndsWith("/nowhere has no such database; create it (createdb), or correct the address.", error.Message, StringComparison.Ordinal);
    }

    private ClusterStore In(string database, string user = "offloop")
    {
        string file = $"{server.AddressFile}-{user}-{database}";
        StoreServer.WriteAddress(file, server.Address(user, Uri.EscapeDataString(StoreServer.Secret), database));
        return ClusterStores.Parse($"@{file}");
    }
}
