using ForgeOrleans.Hosting;

namespace ForgeOrleans.PostgreSql.Tests.Storage;

/// <summary>An activation that has been replaced can no longer write.</summary>
public sealed class EpochTests(Database database) : DatabaseTests(database)
{
    [PostgreSqlFact]
    public async Task Every_commit_takes_the_next_epoch_and_no_read_does()
    {
        var first = Activate();
        for (var i = 1; i <= 3; i++)
        {
            await first.CommitAsync([Put("row")]);
            (await EpochAsync()).ShouldBe(i);
        }

        var second = Activate();
        await second.ReadAsync("row");
        await second.ReadAlarmAsync();
        await second.ListAsync(new(""));
        (await EpochAsync()).ShouldBe(3);
        await second.WriteAlarmAsync(null);
        (await EpochAsync()).ShouldBe(4);
    }

    [PostgreSqlTheory]
    [InlineData("a row")]
    [InlineData("a list")]
    [InlineData("the alarm")]
    public async Task What_another_has_committed_since_the_first_read_is_not_written_over(string read)
    {
        var old = Activate();
        await old.CommitAsync([Put("row", "1")]);
        var successor = Activate();
        await (read switch
        {
            "a row" => successor.ReadAsync("row").AsTask(),
            "a list" => successor.ListAsync(new("")).AsTask(),
            _ => (Task)successor.ReadAlarmAsync().AsTask(),
        });
        // As a silo does that was declared dead and has not heard of it, or a commit that was believed to have failed.
        await old.CommitAsync([Put("row", "2")]);

        await Should.ThrowAsync<StaleActivationException>(() => successor.CommitAsync([Put("row", "built on what it read")]));

        (await ReadAsync(Activate(), "row")).ShouldBe("2");
    }

    [PostgreSqlFact]
    public async Task Of_two_activations_that_saw_nothing_one_makes_the_actor()
    {
        var (one, other) = (Activate(), Activate());
        await one.ReadAsync("row");
        await other.ReadAsync("row");
        await one.CommitAsync([Put("row", "one")]);

        await Should.ThrowAsync<StaleActivationException>(() => other.CommitAsync([Put("row", "other")]));

        (await ReadAsync(Activate(), "row")).ShouldBe("one");
    }

    [PostgreSqlFact]
    public async Task The_first_commit_of_another_activation_makes_the_first_stale()
    {
        var old = Activate();
        await old.CommitAsync([Put("row", "old"), Put("other", "old")]);
        var successor = Activate();
        await successor.CommitAsync([Put("row", "new")]);

        var refusal = await Should.ThrowAsync<StaleActivationException>(
            () => old.CommitAsync([Put("row", "late"), Put("late", "late"), Delete("other")]));

        refusal.Message.ShouldContain($"{Kind}/{Key}");
        (await NamesAsync(successor)).ShouldBe(["other", "row"]);
        (await ReadAsync(successor, "row")).ShouldBe("new");
        (await EpochAsync()).ShouldBe(2);
        await successor.CommitAsync([Put("row", "newer")]);
        await Should.ThrowAsync<StaleActivationException>(() => old.CommitAsync([Put("row", "later")]));
    }

    [PostgreSqlFact]
    public async Task Alarms_are_fenced_as_rows_are()
    {
        var due = DateTimeOffset.FromUnixTimeMilliseconds(1_900_000_000_000);
        var old = Activate();
        await old.WriteAlarmAsync(due);
        var successor = Activate();
        await successor.WriteAlarmAsync(due.AddMinutes(1));

        await Should.ThrowAsync<StaleActivationException>(() => old.WriteAlarmAsync(due.AddMinutes(2)));
        await Should.ThrowAsync<StaleActivationException>(() => old.WriteAlarmAsync(null));

        (await successor.ReadAlarmAsync()).ShouldBe(due.AddMinutes(1));
    }

    [PostgreSqlFact]
    public async Task An_alarm_and_rows_of_a_replaced_activation_are_both_refused()
    {
        var due = DateTimeOffset.FromUnixTimeMilliseconds(1_900_000_000_000);
        var old = Activate();
        await old.WriteAlarmAsync(due, [Put("row", "old")]);
        var successor = Activate();
        await successor.WriteAlarmAsync(due.AddMinutes(1), [Put("row", "new")]);

        await Should.ThrowAsync<StaleActivationException>(() => old.WriteAlarmAsync(due.AddMinutes(2), [Put("row", "late"), Put("late")]));

        (await successor.ReadAlarmAsync()).ShouldBe(due.AddMinutes(1));
        (await NamesAsync(successor)).ShouldBe(["row"]);
        (await ReadAsync(successor, "row")).ShouldBe("new");
    }

    [PostgreSqlFact]
    public async Task An_alarm_is_not_set_when_a_row_that_is_to_be_there_with_it_fails()
    {
        await RefuseRowsAsync();
        await Should.ThrowAsync<StorageUnavailableException>(() => Activate().WriteAlarmAsync(DateTimeOffset.UnixEpoch, [Put("row"), Put("refused")]));
        (await Activate().ReadAlarmAsync()).ShouldBeNull();
        (await NamesAsync(Activate())).ShouldBeEmpty();
        (await EpochAsync()).ShouldBe(0);
    }

    [PostgreSqlFact]
    public async Task A_commit_waits_for_a_successor_that_is_just_taking_over_and_is_then_refused()
    {
        var old = Activate();
        await old.CommitAsync([Put("row", "old")]);
        await using var connection = await DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        // The first commit of a successor, half way.
        await using (var takeover = new Npgsql.NpgsqlCommand("UPDATE forge_actor SET epoch = epoch + 1 WHERE key = $1", connection))
        {
            takeover.Parameters.Add(new() { Value = Key });
            await takeover.ExecuteNonQueryAsync();
        }

        var late = old.CommitAsync([Put("row", "late")]);
        await SomebodyWaitsForALockAsync();
        late.IsCompleted.ShouldBeFalse();
        await transaction.CommitAsync();

        await Should.ThrowAsync<StaleActivationException>(() => late);
        (await ReadAsync(Activate(), "row")).ShouldBe("old");
    }

    [PostgreSqlFact]
    public async Task A_successor_waits_for_a_commit_that_is_under_way()
    {
        await Activate().CommitAsync([Put("row", "old")]);
        await using var connection = await DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var commit = new Npgsql.NpgsqlCommand(
            "SELECT forge_commit($1, $2, 1, ARRAY['row'::bytea], ARRAY['under way'::bytea], '{}', false, NULL)", connection))
        {
            commit.Parameters.Add(new() { Value = Kind });
            commit.Parameters.Add(new() { Value = Key });
            (await commit.ExecuteScalarAsync()).ShouldBe(2L);
        }

        var takeover = Activate().CommitAsync([Put("row", "new")]);
        await SomebodyWaitsForALockAsync();
        takeover.IsCompleted.ShouldBeFalse("it would be overtaken by the older one");
        await transaction.CommitAsync();
        await takeover;

        (await ReadAsync(Activate(), "row")).ShouldBe("new");
        (await EpochAsync()).ShouldBe(3);
    }

    [PostgreSqlFact]
    public async Task A_first_commit_that_failed_has_taken_no_epoch()
    {
        await RefuseRowsAsync();
        await Should.ThrowAsync<StorageUnavailableException>(() => Activate().CommitAsync([Put("row"), Put("refused")]));
        (await EpochAsync()).ShouldBe(0);
        (await NamesAsync(Activate())).ShouldBeEmpty();

        var actor = Activate();
        await actor.CommitAsync([Put("row")]);
        await Should.ThrowAsync<StorageUnavailableException>(() => Activate().CommitAsync([Put("row", "2"), Put("refused")]));
        (await EpochAsync()).ShouldBe(1);
        await actor.CommitAsync([Put("row", "3")]);
        (await ReadAsync(actor, "row")).ShouldBe("3");
    }

    [PostgreSqlFact]
    public async Task After_a_write_that_failed_an_activation_writes_no_more()
    {
        await RefuseRowsAsync();
        var actor = Activate();
        await actor.CommitAsync([Put("row")]);
        await Should.ThrowAsync<StorageUnavailableException>(() => actor.CommitAsync([Put("refused")]));

        await Should.ThrowAsync<StorageUnavailableException>(() => actor.CommitAsync([Put("row", "2")]));

        (await ReadAsync(actor, "row")).ShouldBe("1");
    }

    [PostgreSqlFact]
    public async Task Of_many_activations_that_begin_at_once_one_remains()
    {
        var activations = Enumerable.Range(0, 10).Select(_ => Activate()).ToList();
        await Task.WhenAll(activations.Select((actor, i) => Task.Run(() => actor.CommitAsync([Put($"{i}")]))));
        (await EpochAsync()).ShouldBe(10);

        var survivors = 0;
        foreach (var actor in activations)
        {
            try
            {
                await actor.CommitAsync([Put("again")]);
                survivors++;
            }
            catch (StaleActivationException)
            {
                // Nine of them.
            }
        }
        survivors.ShouldBe(1);
    }

    private Task<int> RefuseRowsAsync() => ExecuteAsync(
        """
        CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no room'; END $$;
        CREATE OR REPLACE TRIGGER refusal BEFORE INSERT ON forge_row FOR EACH ROW WHEN (NEW.name = 'refused'::bytea) EXECUTE FUNCTION refuse();
        """);
}
