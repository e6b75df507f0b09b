using System.Data.Common;

namespace ForgeOrleans.PostgreSql.Tests.Orleans;

/// <summary>What Orleans' clustering may rely on of its queries.</summary>
public sealed class MembershipTests(Database database) : DatabaseTests(database), IAsyncLifetime
{
    private const int Active = 3, Dead = 6;
    private static readonly DateTime Start = new(2026, 3, 29, 1, 30, 0, 123, 456, DateTimeKind.Utc);

    private OrleansQueries? _queries;

    private OrleansQueries Queries => _queries!;

    public async Task InitializeAsync()
    {
        if (TestServers.PostgreSqlPrograms.Missing is null)
            _queries = await OrleansQueries.LoadAsync(Database.ConnectionString);
    }

    public async Task DisposeAsync()
    {
        if (_queries is not null)
            await _queries.DisposeAsync();
    }

    [PostgreSqlFact]
    public void There_is_a_query_for_every_key_that_Orleans_asks_for() => Queries.Keys.Order(StringComparer.Ordinal).ShouldBe([
        "CleanupDefunctSiloEntriesKey", "DeleteMembershipTableEntriesKey", "DeleteReminderRowKey", "DeleteReminderRowsKey", "GatewaysQueryKey",
        "InsertMembershipKey", "InsertMembershipVersionKey", "MembershipReadAllKey", "MembershipReadRowKey", "ReadRangeRows1Key",
        "ReadRangeRows2Key", "ReadReminderRowKey", "ReadReminderRowsKey", "UpdateIAmAlivetimeKey", "UpdateMembershipKey", "UpsertReminderRowKey",
    ]);

    [PostgreSqlFact]
    public async Task A_cluster_is_made_once_and_is_empty_at_first()
    {
        (await MakeClusterAsync()).ShouldBeTrue();
        (await MakeClusterAsync()).ShouldBeFalse();

        var only = (await AllAsync()).ShouldHaveSingleItem();
        only.Version.ShouldBe(0);
        only.StartTime.ShouldBeNull("Orleans knows by this that there is no silo");
    }

    [PostgreSqlFact]
    public async Task A_silo_comes_back_as_it_was_written()
    {
        await MakeClusterAsync();
        (await InsertAsync(1, version: 0)).ShouldBeTrue();

        var silo = (await AllAsync()).ShouldHaveSingleItem();
        silo.ShouldBe(new("127.0.0.1", 11111, 1, "silo-1", "host-1", Active, 30000, Start, Start.AddSeconds(1), null, 1));
        (await OneAsync(1)).ShouldBe(silo);
        var other = await OneAsync(2);
        other.Version.ShouldBe(1);
        other.StartTime.ShouldBeNull();
    }

    [PostgreSqlFact]
    public async Task A_silo_is_added_only_with_the_version_that_is_and_only_once()
    {
        await MakeClusterAsync();
        (await InsertAsync(1, version: 1)).ShouldBeFalse();
        (await AllAsync()).Single().Version.ShouldBe(0);
        (await InsertAsync(1, version: 0)).ShouldBeTrue();
        (await InsertAsync(2, version: 0)).ShouldBeFalse();
        (await InsertAsync(1, version: 1)).ShouldBeFalse("it is there already");
        (await AllAsync()).ShouldHaveSingleItem().Version.ShouldBe(1);
        (await InsertAsync(2, version: 1)).ShouldBeTrue();
        (await AllAsync()).Select(silo => (silo.Generation, silo.Version)).Order().ShouldBe([(1, 2), (2, 2)]);
    }

    [PostgreSqlFact]
    public async Task A_silo_is_changed_only_with_the_version_that_is()
    {
        await MakeClusterAsync();
        await InsertAsync(1, version: 0);
        await InsertAsync(2, version: 1);

        (await UpdateAsync(1, Dead, "127.0.0.1:11111@2,2026-03-29 01:31:00.000 GMT", version: 1)).ShouldBeFalse();
        (await UpdateAsync(9, Dead, null, version: 2)).ShouldBeFalse("there is no such silo");
        (await OneAsync(1)).Version.ShouldBe(2);
        (await OneAsync(1)).Status.ShouldBe(Active);

        (await UpdateAsync(1, Dead, "127.0.0.1:11111@2,2026-03-29 01:31:00.000 GMT", version: 2)).ShouldBeTrue();
        var changed = await OneAsync(1);
        changed.Status.ShouldBe(Dead);
        changed.SuspectTimes.ShouldBe("127.0.0.1:11111@2,2026-03-29 01:31:00.000 GMT");
        changed.IAmAliveTime.ShouldBe(Start.AddMinutes(1));
        changed.Version.ShouldBe(3);
        (await OneAsync(2)).Status.ShouldBe(Active, "only one silo was changed");
    }

    [PostgreSqlFact]
    public async Task Of_those_that_change_the_same_version_at_once_exactly_one_wins()
    {
        await MakeClusterAsync();
        for (var version = 0; version < 20; version += 2)
        {
            var first = 100 * (version + 1);
            var added = await Task.WhenAll(Enumerable.Range(first, 8).Select(silo => Task.Run(() => InsertAsync(silo, version))));
            added.Count(won => won).ShouldBe(1);

            var silos = await AllAsync();
            silos.Count.ShouldBe((version / 2) + 1);
            silos[0].Version.ShouldBe(version + 1);
            var updated = await Task.WhenAll(silos.Take(4).SelectMany(silo => new[] { silo, silo }).Select(
                (silo, i) => Task.Run(() => UpdateAsync(silo.Generation, Active, $"{version}/{i}", version + 1))));
            updated.Count(won => won).ShouldBe(1);
            silos = await AllAsync();
            silos.Count(silo => silo.SuspectTimes == $"{version}/{Array.IndexOf(updated, true)}").ShouldBe(1);
            silos[0].Version.ShouldBe(version + 2);
        }
    }

    [PostgreSqlFact]
    public async Task A_sign_of_life_changes_no_version()
    {
        await MakeClusterAsync();
        await InsertAsync(1, version: 0);
        await InsertAsync(2, version: 1);
        var alive = new DateTime(2026, 7, 1, 12, 0, 0, DateTimeKind.Utc);

        await Queries.ExecuteAsync("UpdateIAmAlivetimeKey", [.. Address(1), ("DeploymentId", Key), ("IAmAliveTime", alive)]);

        var silo = await OneAsync(1);
        silo.IAmAliveTime.ShouldBe(alive);
        silo.StartTime.ShouldBe(Start);
        silo.Version.ShouldBe(2);
        (await OneAsync(2)).IAmAliveTime.ShouldBe(Start.AddSeconds(1));
    }

    [PostgreSqlFact]
    public async Task Gateways_are_the_silos_of_a_status_with_a_gateway()
    {
        await MakeClusterAsync();
        await InsertAsync(1, version: 0);
        await InsertAsync(2, version: 1, proxyPort: 0);
        await InsertAsync(3, version: 2);
        await UpdateAsync(3, Dead, null, version: 3);

        var gateways = await Queries.ReadAsync("GatewaysQueryKey",
            reader => (reader.Text("Address"), reader.Number("ProxyPort"), reader.Number("Generation")), ("DeploymentId", Key), ("Status", Active));
        gateways.ShouldBe([("127.0.0.1", 30000, 1)]);
    }

    [PostgreSqlFact]
    public async Task Only_the_dead_of_long_ago_are_cleaned_up()
    {
        await MakeClusterAsync();
        for (var silo = 1; silo <= 3; silo++)
            await InsertAsync(silo, version: silo - 1);
        await UpdateAsync(1, Dead, null, version: 3);
        await UpdateAsync(2, Dead, null, version: 4, alive: Start.AddHours(1));

        await Queries.ExecuteAsync("CleanupDefunctSiloEntriesKey", ("DeploymentId", Key), ("IAmAliveTime", Start.AddMinutes(30)));

        (await AllAsync()).Select(silo => (silo.Generation, silo.Version)).Order().ShouldBe([(2, 5), (3, 5)]);
    }

    [PostgreSqlFact]
    public async Task A_cluster_is_deleted_without_another()
    {
        var other = Key + "-other";
        await MakeClusterAsync();
        await MakeClusterAsync(other);
        await InsertAsync(1, version: 0);
        await InsertAsync(1, version: 0, cluster: other);

        await Queries.ExecuteAsync("DeleteMembershipTableEntriesKey", ("DeploymentId", Key));

        (await AllAsync()).ShouldBeEmpty();
        (await MakeClusterAsync()).ShouldBeTrue();
        (await AllAsync()).Single().StartTime.ShouldBeNull();
        (await AllAsync(other)).Single().StartTime.ShouldBe(Start);
    }

    private Task<bool> MakeClusterAsync(string? cluster = null) => Queries.DecideAsync("InsertMembershipVersionKey", ("DeploymentId", cluster ?? Key));

    private Task<bool> InsertAsync(int generation, int version, int proxyPort = 30000, string? cluster = null) => Queries.DecideAsync(
        "InsertMembershipKey",
        [
            ("DeploymentId", cluster ?? Key), ("IAmAliveTime", Start.AddSeconds(1)), ("SiloName", $"silo-{generation}"), ("HostName", $"host-{generation}"),
            .. Address(generation), ("StartTime", Start), ("Status", Active), ("ProxyPort", proxyPort), ("Version", version),
        ]);

    private Task<bool> UpdateAsync(int generation, int status, string? suspects, int version, DateTime? alive = null) => Queries.DecideAsync(
        "UpdateMembershipKey",
        [
            ("DeploymentId", Key), .. Address(generation), ("IAmAliveTime", alive ?? Start.AddMinutes(1)), ("Status", status),
            ("SuspectTimes", suspects), ("Version", version),
        ]);

    private Task<List<Silo>> AllAsync(string? cluster = null) => Queries.ReadAsync("MembershipReadAllKey", Read, ("DeploymentId", cluster ?? Key));

    private async Task<Silo> OneAsync(int generation) =>
        (await Queries.ReadAsync("MembershipReadRowKey", Read, [("DeploymentId", Key), .. Address(generation)])).ShouldHaveSingleItem();

    private static (string, object?)[] Address(int generation) => [("Address", "127.0.0.1"), ("Port", 11111), ("Generation", generation)];

    private static Silo Read(DbDataReader reader)
    {
        var version = Convert.ToInt32(reader.GetValue(reader.GetOrdinal("Version")), System.Globalization.CultureInfo.InvariantCulture);
        return reader.IsDBNull(reader.GetOrdinal("StartTime"))
            ? new(null, 0, 0, null, null, 0, 0, null, null, null, version)
            : new(
                reader.Text("Address"), reader.Number("Port"), reader.Number("Generation"), reader.Text("SiloName"), reader.Text("HostName"),
                reader.Number("Status"), reader.Number("ProxyPort"), reader.Time("StartTime"), reader.Time("IAmAliveTime"),
                reader.Text("SuspectTimes"), version);
    }

    private sealed record Silo(
        string? Address, int Port, int Generation, string? SiloName, string? HostName, int Status, int ProxyPort, DateTime? StartTime,
        DateTime? IAmAliveTime, string? SuspectTimes, int Version);
}
