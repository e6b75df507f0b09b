using ForgeOrleans.Hosting;
using Npgsql;

namespace ForgeOrleans.PostgreSql.Tests.Storage;

/// <summary>Calls on one activation that overlap.</summary>
public sealed class OverlapTests(Database database) : DatabaseTests(database)
{
    [PostgreSqlFact]
    public async Task Writes_keep_their_order()
    {
        var actor = Activate();
        var writes = new List<Task>();
        for (var i = 0; i < 300; i++)
        {
            writes.Add(actor.CommitAsync([Put("last", $"{i}"), Put($"{i:000}")]));
            if (i % 7 == 0)
                writes.Add(actor.WriteAlarmAsync(DateTimeOffset.FromUnixTimeMilliseconds(i)));
            if (i % 50 == 0)
                await Task.Delay(5);
        }
        await Task.WhenAll(writes);

        (await ReadAsync(actor, "last")).ShouldBe("299");
        (await actor.ReadAlarmAsync()).ShouldBe(DateTimeOffset.FromUnixTimeMilliseconds(294));
        (await NamesAsync(actor)).Length.ShouldBe(301);
    }

    [PostgreSqlFact]
    public async Task Writes_that_wait_share_a_commit_of_no_more_than_a_hundred_changes()
    {
        var actor = Activate();
        await actor.CommitAsync([Put("first")]);
        var writes = new List<Task>();
        await using (await HoldAsync(actor, writes))
        {
            for (var i = 0; i < 10; i++)
                writes.Add(actor.CommitAsync([.. Enumerable.Range(0, 15).Select(j => Put($"{i}/{j:00}"))]));
            writes.Add(actor.WriteAlarmAsync(DateTimeOffset.UnixEpoch));
        }
        await Task.WhenAll(writes);

        var counts = new List<long>();
        await using var command = DataSource.CreateCommand(
            "SELECT count(*) FROM forge_row WHERE actor = (SELECT id FROM forge_actor WHERE key = $1) AND name LIKE '%/%' GROUP BY xmin ORDER BY 1 DESC");
        command.Parameters.Add(new() { Value = Key });
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            counts.Add(reader.GetInt64(0));
        counts.ShouldBe([90, 60], "six writes of fifteen changes fit into one commit");
    }

    [PostgreSqlFact]
    public async Task The_last_of_several_alarms_that_share_a_commit_counts()
    {
        var actor = Activate();
        await actor.CommitAsync([Put("first")]);
        var writes = new List<Task>();
        await using (await HoldAsync(actor, writes))
        {
            writes.Add(actor.WriteAlarmAsync(null));
            writes.Add(actor.WriteAlarmAsync(DateTimeOffset.FromUnixTimeMilliseconds(5)));
            writes.Add(actor.CommitAsync([Put("row", "1")]));
            writes.Add(actor.CommitAsync([Put("row", "2"), Put("gone")]));
            writes.Add(actor.CommitAsync([Delete("gone")]));
        }
        await Task.WhenAll(writes);

        (await actor.ReadAlarmAsync()).ShouldBe(DateTimeOffset.FromUnixTimeMilliseconds(5));
        (await ReadAsync(actor, "row")).ShouldBe("2");
        (await ReadAsync(actor, "gone")).ShouldBeNull();
    }

    [PostgreSqlFact]
    public async Task An_alarm_and_rows_that_are_written_in_one_breath_are_one_commit()
    {
        var actor = Activate();
        // One thread at a time, as a silo runs a grain.
        var turns = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;
        await Task.Factory.StartNew(
            () => Task.WhenAll(actor.WriteAlarmAsync(DateTimeOffset.UnixEpoch), actor.CommitAsync([Put("row")])),
            CancellationToken.None, TaskCreationOptions.None, turns).Unwrap();

        (await AlarmCameWithAsync("row")).ShouldBeTrue();
    }

    [PostgreSqlFact]
    public async Task An_alarm_with_rows_is_one_commit_and_counts_among_a_hundred_changes()
    {
        var actor = Activate();
        await actor.WriteAlarmAsync(DateTimeOffset.UnixEpoch, [Put("other"), Put("row", "0"), Put("row", "1"), Delete("other")]);

        (await EpochAsync()).ShouldBe(1);
        (await AlarmCameWithAsync("row")).ShouldBeTrue();
        (await ReadAsync(actor, "row")).ShouldBe("1");
        (await NamesAsync(actor)).ShouldBe(["row"]);
        await Should.ThrowAsync<ArgumentException>(
            () => actor.WriteAlarmAsync(null, [.. Enumerable.Range(0, IActorRows.MostChanges + 1).Select(i => Put($"{i}"))]));

        // Those that wait share a commit, and none that would be too large.
        var writes = new List<Task>();
        await using (await HoldAsync(actor, writes))
        {
            for (var i = 0; i < 3; i++)
                writes.Add(actor.WriteAlarmAsync(DateTimeOffset.FromUnixTimeMilliseconds(i), [.. Enumerable.Range(0, 50).Select(j => Put($"{i}/{j:00}"))]));
        }
        await Task.WhenAll(writes);
        (await EpochAsync()).ShouldBe(4, "the one that was held up, the two that fit into one commit, and the third");
        (await actor.ReadAlarmAsync()).ShouldBe(DateTimeOffset.FromUnixTimeMilliseconds(2));
        (await AlarmCameWithAsync("2/49")).ShouldBeTrue();
        (await NamesAsync(actor)).Length.ShouldBe(152);
    }

    [PostgreSqlFact]
    public async Task What_waits_behind_a_refused_write_is_refused_too()
    {
        var actor = Activate();
        await actor.CommitAsync([Put("row")]);
        var writes = new List<Task>();
        await using (var hold = await HoldAsync(actor, writes))
        {
            for (var i = 0; i < 5; i++)
                writes.Add(actor.CommitAsync([.. Enumerable.Range(0, 60).Select(j => Put($"{i}/{j:00}"))]));
            await using var takeover = new NpgsqlCommand("UPDATE forge_actor SET epoch = epoch + 1 WHERE key = $1", hold.Connection);
            takeover.Parameters.Add(new() { Value = Key });
            await takeover.ExecuteNonQueryAsync();
        }

        foreach (var write in writes)
            await Should.ThrowAsync<StaleActivationException>(() => write);
        (await NamesAsync(actor)).ShouldBe(["row"]);
    }

    [PostgreSqlFact]
    public async Task A_read_does_not_wait_for_a_write()
    {
        var actor = Activate();
        await actor.CommitAsync([Put("row", "1")]);
        var writes = new List<Task>();
        await using (await HoldAsync(actor, writes))
            (await ReadAsync(actor, "row").WaitAsync(TimeSpan.FromSeconds(5))).ShouldBe("1");
        await Task.WhenAll(writes);
    }

    private Task<bool> AlarmCameWithAsync(string row) => ScalarAsync<bool>(
        """
        SELECT forge_row.xmin = forge_alarm.xmin
        FROM forge_row JOIN forge_alarm USING (actor) JOIN forge_actor ON id = actor WHERE key = $1 AND convert_from(name, 'UTF8') = $2
        """,
        Key, row);

    // Holds the actor's row, and waits until a first write of the activation waits for it on the server.
    private async Task<Hold> HoldAsync(IActivationStorage actor, List<Task> writes)
    {
        var connection = await DataSource.OpenConnectionAsync();
        var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand("SELECT FROM forge_actor WHERE key = $1 FOR UPDATE", connection);
        command.Parameters.Add(new() { Value = Key });
        await command.ExecuteNonQueryAsync();
        writes.Add(actor.CommitAsync([Put("held")]));
        await SomebodyWaitsForALockAsync();
        return new(connection, transaction);
    }

    private sealed record Hold(NpgsqlConnection Connection, NpgsqlTransaction Transaction) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Transaction.CommitAsync();
            await Transaction.DisposeAsync();
            await Connection.DisposeAsync();
        }
    }
}
