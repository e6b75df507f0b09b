using System.Diagnostics;
using ForgeOrleans.Hosting;

namespace ForgeOrleans.PostgreSql.Tests.Storage;

/// <summary>A server that goes away, and comes back.</summary>
public sealed class OutageTests(Database database) : DatabaseTests(database)
{
    [PostgreSqlFact]
    public async Task A_server_that_is_down_is_told_within_seconds_and_used_again_when_it_is_back()
    {
        await Activate().CommitAsync([Put("row", "before")]);
        await Server.StopAsync();
        try
        {
            var watch = Stopwatch.StartNew();
            foreach (var call in Calls())
            {
                var failure = await Should.ThrowAsync<StorageUnavailableException>(call);
                failure.InnerException.ShouldNotBeNull();
                failure.ToString().ShouldNotContain(Server.Password);
            }
            watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
        }
        finally
        {
            await Server.StartAsync();
        }

        (await ReadAsync(Activate(), "row")).ShouldBe("before");
        await Activate().CommitAsync([Put("row", "after")]);
        (await ReadAsync(Activate(), "row")).ShouldBe("after");
    }

    [PostgreSqlFact]
    public async Task A_read_does_not_notice_that_the_server_was_started_again_in_between()
    {
        await Activate().CommitAsync([Put("row", "kept")]);
        // Several connections in the pool, all of them soon dead.
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => ReadAsync(Activate(), "row")));
        await Server.StopAsync();
        await Server.StartAsync();

        (await ReadAsync(Activate(), "row")).ShouldBe("kept");
    }

    [PostgreSqlFact]
    public async Task A_write_whose_connection_is_lost_is_not_made_again()
    {
        var actor = Activate();
        await actor.CommitAsync([Put("row", "before")]);
        Task write;
        await using (var connection = await DataSource.OpenConnectionAsync())
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await using var hold = new Npgsql.NpgsqlCommand("SELECT FROM forge_actor WHERE key = $1 FOR UPDATE", connection);
            hold.Parameters.Add(new() { Value = Key });
            await hold.ExecuteNonQueryAsync();
            write = actor.CommitAsync([Put("row", "lost")]);
            await SomebodyWaitsForALockAsync();
            await ScalarAsync<long>(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()");
        }

        await Should.ThrowAsync<StorageUnavailableException>(() => write);
        (await ReadAsync(Activate(), "row")).ShouldBe("before");
    }

    [PostgreSqlFact]
    public async Task A_server_that_is_silent_holds_nobody_up_for_ever()
    {
        await using var impatient = PostgreSqlDataSource.Create(Database.ConnectionString + ";Command Timeout=1;Timeout=1;Cancellation Timeout=500");
        var storage = new PostgreSqlActorStorage(impatient);
        await storage.Open(Kind, Key).CommitAsync([Put("row", "before")]);
        Server.Freeze();
        try
        {
            var watch = Stopwatch.StartNew();
            await Should.ThrowAsync<StorageUnavailableException>(async () => await storage.Open(Kind, Key).ReadAsync("row"));
            await Should.ThrowAsync<StorageUnavailableException>(() => storage.Open(Kind, Key).CommitAsync([Put("other")]));
            watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(8));
        }
        finally
        {
            Server.Thaw();
        }
        (await ReadAsync(storage.Open(Kind, Key), "row")).ShouldBe("before");
    }

    [PostgreSqlFact]
    public async Task Nothing_that_was_acknowledged_is_lost_by_a_kill_under_load()
    {
        for (var kill = 0; kill < 2; kill++)
        {
            using var stop = new CancellationTokenSource();
            var writers = Enumerable.Range(0, 8).Select(i => Task.Run(() => WriteAsync($"{Key}/{kill}/{i}", stop.Token))).ToList();
            await Task.Delay(700);
            await Server.KillAsync();
            await stop.CancelAsync();
            var acknowledged = await Task.WhenAll(writers);
            await Server.StartAsync();

            acknowledged.ShouldAllBe(count => count > 5);
            for (var i = 0; i < acknowledged.Length; i++)
            {
                var actor = Activate($"{Key}/{kill}/{i}");
                var entries = await NamesAsync(actor, "entry/");
                // The one on its way may or may not have arrived; it has arrived as a whole.
                entries.Length.ShouldBeInRange(acknowledged[i], acknowledged[i] + 1);
                entries.ShouldBe(Enumerable.Range(0, entries.Length).Select(number => $"entry/{number:000000}"));
                (await ReadAsync(actor, "count")).ShouldBe($"{entries.Length}");
                (await actor.ReadAlarmAsync()).ShouldNotBeNull();
            }
        }
    }

    private async Task<int> WriteAsync(string key, CancellationToken stop)
    {
        var actor = Activate(key);
        var acknowledged = 0;
        try
        {
            await actor.WriteAlarmAsync(DateTimeOffset.UnixEpoch);
            for (; !stop.IsCancellationRequested && acknowledged < 900; acknowledged++)
                await actor.CommitAsync([Put($"entry/{acknowledged:000000}"), Put("count", $"{acknowledged + 1}")]);
        }
        catch (StorageUnavailableException)
        {
            // Killed.
        }
        return acknowledged;
    }

    private IEnumerable<Func<Task>> Calls()
    {
        yield return async () => await Activate().ReadAsync("row");
        yield return async () => await Activate().ListAsync(new(""));
        yield return async () => await Activate().ReadAlarmAsync();
        yield return () => Activate().CommitAsync([Put("row", "lost")]);
        yield return () => Activate().WriteAlarmAsync(null);
        yield return () => Task.Run(new PostgreSqlKeyRing(DataSource).GetAllElements);
        yield return () => Task.Run(() => new PostgreSqlKeyRing(DataSource).StoreElement(new("note"), "name"));
        yield return () => PostgreSqlSchema.EnsureAsync(DataSource);
    }
}
