namespace Offloop.Tests.Stores;

public sealed class PostgresStoreTests(PostgresServer server) : StoreTests(server), IClassFixture<PostgresServer>
{
    /// <summary>As with Redis.</summary>
    [Fact(Timeout = 3 * Waiting.Hang, Explicit = true)]
    public Task Tasks_go_on_without_the_database_and_a_new_node_joins_when_it_is_back() => TasksGoOnWithoutTheStoreAsync();

    [Fact(Timeout = Waiting.Hang)]
    public async Task The_tables_are_made_although_many_start_at_the_same_time_and_a_newer_version_is_left_alone()
    {
        server.Require();
        await server.RunSqlAsync("create database fresh");

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PrepareAsync("fresh", PostgresServer.Owner)));

        Assert.Equal(11L, await server.RunSqlAsync("select count(*) from offloop.OrleansQuery", "fresh"));
        await server.RunSqlAsync("update offloop.OrleansQuery set QueryText = '2' where QueryKey = 'OffloopVersion'", "fresh");
        await PrepareAsync("fresh", PostgresServer.Owner);
        Assert.Equal(
            "2", await server.RunSqlAsync("select QueryText from offloop.OrleansQuery where QueryKey = 'OffloopVersion'", "fresh"));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_user_without_rights_is_told_so_until_somebody_else_has_made_the_tables_and_granted_them()
    {
        server.Require();
        await server.RunSqlAsync("create database guarded");
        await server.RunSqlAsync($"create role guest login password '{StoreServer.Secret}'");

        ClusterStartException error = await RefusedAsync(In("guarded", "guest"));
        Assert.Contains("may not make them (permission denied for database guarded)", error.Message, StringComparison.Ordinal);
        await PrepareAsync("guarded", PostgresServer.Owner);
        error = await RefusedAsync(In("guarded", "guest"));
        Assert.Contains("(permission denied for schema offloop)", error.Message, StringComparison.Ordinal);
        await server.RunSqlAsync(
            """
            grant usage on schema offloop to guest;
            grant select, insert, update, delete on all tables in schema offloop to guest;
            """,
            "guarded");

        await using var silos = new TestSilos();
        await silos.StartAsync(silos.Network with { Store = In("guarded", "guest") }, "guest");
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_database_that_is_not_there_is_told()
    {
        server.Require();

        ClusterStartException error = await RefusedAsync(In("nowhere", PostgresServer.Owner));

        Assert.EndsWith(
            "/nowhere has no such database; create it (createdb), or correct the address.", error.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_process_that_the_store_has_forgotten_ends_and_says_so()
    {
        server.Require();
        await using var silos = new TestSilos();
        var silo = await silos.StartAsync(silos.Network with { Store = In("jobs", PostgresServer.Owner), ClusterId = "forgotten" }, "one");

        await server.RunSqlAsync("delete from offloop.Members where ClusterId = 'forgotten'", "jobs");

        Assert.Equal("the store has lost the list of members", await silo.Ended);
        await silos.Log.LineAsync("Error: The silo one has ended: the store has lost the list of members");
    }

    /// <summary>Rows of processes that are long gone would stay for ever.</summary>
    [Fact(Timeout = Waiting.Hang)]
    public async Task The_queries_do_what_the_provider_of_Orleans_expects()
    {
        server.Require();
        await using var silos = new TestSilos();
        var silo = await silos.StartAsync(silos.Network with { Store = In("jobs", PostgresServer.Owner), ClusterId = "queries" }, "one");
        var table = (IMembershipTable)silo.Services.GetService(typeof(IMembershipTable))!;
        CancellationToken token = TestContext.Current.CancellationToken;
        MembershipTableData before = await table.ReadAllAsync(token);
        MembershipEntry own = before.TryGet(silo.Address)!.Item1;
        DateTime past = DateTime.UtcNow.AddDays(-2);
        var gone = new MembershipEntry
        {
            SiloAddress = SiloAddress.New(silo.EndPoint.Address, 1, 1),
            SiloName = "gone",
            HostName = "h",
            Status = SiloStatus.Joining,
            StartTime = past,
            IAmAliveTime = past,
        };

        Assert.False(await table.InsertRowAsync(gone, new TableVersion(before.Version.Version, "0"), token)); // of an old version
        Assert.False(await table.InsertRowAsync(own, before.Version.Next(), token)); // there is one
        Assert.Equal(before.Version, (await table.ReadAllAsync(token)).Version);
        Assert.True(await table.InsertRowAsync(gone, before.Version.Next(), token));
        MembershipTableData after = await table.ReadRowAsync(gone.SiloAddress, token);
        Assert.Equal("gone", Assert.Single(after.Members).Item1.SiloName);
        Assert.Equal(before.Version.Version + 1, after.Version.Version);

        gone.Status = SiloStatus.Dead;
        gone.AddSuspector(silo.Address, past);
        Assert.False(await table.UpdateRowAsync(gone, before.Version.VersionEtag, before.Version.Next(), token));
        Assert.True(await table.UpdateRowAsync(gone, after.Version.VersionEtag, after.Version.Next(), token));
        await table.UpdateIAmAliveAsync(own, token);
        MembershipEntry changed = (await table.ReadRowAsync(gone.SiloAddress, token)).Members[0].Item1;
        Assert.Equal((SiloStatus.Dead, silo.Address), (changed.Status, Assert.Single(changed.SuspectTimes!).Item1));

        await table.CleanupDefunctSiloEntriesAsync(DateTimeOffset.UtcNow.AddDays(-1), token);
        Assert.Equal(own.SiloAddress, Assert.Single((await table.ReadAllAsync(token)).Members).Item1.SiloAddress);
        Assert.Empty((await table.ReadRowAsync(gone.SiloAddress, token)).Members);
        await table.DeleteMembershipTableEntriesAsync("queries", token);
        Assert.Equal(0L, await server.RunSqlAsync("select count(*) from offloop.Clusters where ClusterId = 'queries'", "jobs"));
    }

    private Task PrepareAsync(string database, string user) =>
        In(database, user).PrepareAsync(TestContext.Current.CancellationToken);

    private ClusterStore In(string database, string user) =>
        server.StoreAt(server.Address(user, Uri.EscapeDataString(StoreServer.Secret), database));
}
