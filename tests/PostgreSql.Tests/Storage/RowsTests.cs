using System.Text;
using ForgeOrleans.Hosting;

namespace ForgeOrleans.PostgreSql.Tests.Storage;

/// <summary>What an actor may rely on of its rows and its alarm.</summary>
public sealed class RowsTests(Database database) : DatabaseTests(database)
{
    [PostgreSqlFact]
    public async Task An_actor_that_has_written_nothing_has_nothing()
    {
        var actor = Activate();

        (await actor.ReadAsync("row")).ShouldBeNull();
        (await actor.ReadAlarmAsync()).ShouldBeNull();
        var page = await actor.ListAsync(new(""));
        page.Rows.ShouldBeEmpty();
        page.HasMore.ShouldBeFalse();
        (await EpochAsync()).ShouldBe(0);
    }

    [PostgreSqlFact]
    public async Task Rows_belong_to_one_actor()
    {
        await Activate().CommitAsync([Put("a"), Put("b", "2")]);

        var again = Activate();
        (await ReadAsync(again, "b")).ShouldBe("2");
        (await NamesAsync(again)).ShouldBe(["a", "b"]);
        (await NamesAsync(Activate(Key.ToUpperInvariant()))).ShouldBeEmpty();
        (await NamesAsync(new PostgreSqlActorStorage(DataSource).Open("another kind", Key))).ShouldBeEmpty();
    }

    [PostgreSqlFact]
    public async Task A_commit_puts_replaces_and_deletes()
    {
        var actor = Activate();
        await actor.CommitAsync([Put("kept"), Put("replaced"), Put("deleted")]);
        await actor.CommitAsync([Put("replaced", "2"), Delete("deleted"), Delete("never there"), Put("empty", "")]);

        (await NamesAsync(actor)).ShouldBe(["empty", "kept", "replaced"]);
        (await ReadAsync(actor, "kept")).ShouldBe("1");
        (await ReadAsync(actor, "replaced")).ShouldBe("2");
        (await ReadAsync(actor, "empty")).ShouldBe("");
    }

    [PostgreSqlFact]
    public async Task Of_two_changes_to_a_row_in_one_commit_the_later_counts()
    {
        var actor = Activate();
        await actor.CommitAsync([Put("a"), Put("a", "2"), Put("b"), Delete("b"), Delete("c"), Put("c", "3")]);

        (await NamesAsync(actor)).ShouldBe(["a", "c"]);
        (await ReadAsync(actor, "a")).ShouldBe("2");
    }

    [PostgreSqlFact]
    public async Task A_commit_takes_a_hundred_changes_and_no_more()
    {
        var actor = Activate();
        await actor.CommitAsync([.. Enumerable.Range(0, 100).Select(i => Put($"{i:000}"))]);

        await Should.ThrowAsync<ArgumentException>(() => actor.CommitAsync([.. Enumerable.Range(0, 101).Select(i => Put($"{i:000}", "2"))]));

        (await NamesAsync(actor)).Length.ShouldBe(100);
        (await ReadAsync(actor, "000")).ShouldBe("1");
        // Nothing was sent, so the activation is as good as before.
        await actor.CommitAsync([Put("000", "3")]);
        (await ReadAsync(actor, "000")).ShouldBe("3");
    }

    [PostgreSqlFact]
    public async Task Large_values_come_back_as_they_were()
    {
        var values = Enumerable.Range(0, 20).Select(i => new byte[256 * 1024]).ToList();
        values.ForEach(new Random(7).NextBytes);
        var actor = Activate();
        await actor.CommitAsync([.. values.Select((value, i) => new RowChange($"{i:00}", value.AsMemory()))]);

        (await actor.ReadAsync("07"))!.Value.ToArray().ShouldBe(values[7]);
        var page = await actor.ListAsync(new(""));
        page.Rows.Count.ShouldBe(16, "4 MB are 16 of them");
        page.Rows[15].Value.ToArray().ShouldBe(values[15]);
        page.HasMore.ShouldBeTrue();
    }

    [PostgreSqlFact]
    public async Task A_part_of_an_array_is_stored_as_that_part()
    {
        var actor = Activate();
        await actor.CommitAsync([new("row", Encoding.UTF8.GetBytes("before value after").AsMemory(7, 5))]);
        (await ReadAsync(actor, "row")).ShouldBe("value");
    }

    [PostgreSqlFact]
    public async Task Names_sort_by_their_bytes()
    {
        // By UTF-16 the smiley comes before U+FFFD, and by most collations "a" before "B".
        string[] sorted = ["", "\0", "B", "a", "a\0", "ab", "e\u0301", "\u00e9", "\uffee", "\ufffd", "\U0001f600", "\U0010ffff"];
        var actor = Activate();
        await actor.CommitAsync([.. sorted.Reverse().Select(name => Put(name, name))]);

        (await NamesAsync(actor)).ShouldBe(sorted);
        foreach (var name in sorted)
        {
            (await ReadAsync(actor, name)).ShouldBe(name);
            (await NamesAsync(actor, after: name)).ShouldBe(sorted.SkipWhile(other => other != name).Skip(1));
        }
    }

    [PostgreSqlFact]
    public async Task A_prefix_is_taken_literally()
    {
        var actor = Activate();
        await actor.CommitAsync([Put("a%c"), Put("abc"), Put("a_c"), Put("a\\c"), Put("a"), Put("b"), Put("\U0010ffff"), Put("\U0010ffffx"), Put("\U0010fffe")]);

        (await NamesAsync(actor, "a%")).ShouldBe(["a%c"]);
        (await NamesAsync(actor, "a_")).ShouldBe(["a_c"]);
        (await NamesAsync(actor, "a\\")).ShouldBe(["a\\c"]);
        (await NamesAsync(actor, "a")).ShouldBe(["a", "a%c", "a\\c", "a_c", "abc"]);
        (await NamesAsync(actor, "\U0010ffff")).ShouldBe(["\U0010ffff", "\U0010ffffx"]);
        (await NamesAsync(actor, "c")).ShouldBeEmpty();
    }

    [PostgreSqlFact]
    public async Task A_listing_begins_behind_a_name_whether_or_not_it_is_there()
    {
        var actor = Activate();
        await actor.CommitAsync([Put("p"), Put("p/1"), Put("p/2"), Put("p/3"), Put("q")]);

        (await NamesAsync(actor, "p/", "p/1")).ShouldBe(["p/2", "p/3"]);
        (await NamesAsync(actor, "p/", "p/15")).ShouldBe(["p/2", "p/3"]);
        (await NamesAsync(actor, "p/", "p/3")).ShouldBeEmpty();
        (await NamesAsync(actor, "p/", "a")).ShouldBe(["p/1", "p/2", "p/3"], "the prefix is behind it");
        (await NamesAsync(actor, "p", "p")).ShouldBe(["p/1", "p/2", "p/3"]);
        (await NamesAsync(actor, "p", "q")).ShouldBeEmpty();
    }

    [PostgreSqlFact]
    public async Task A_page_ends_by_its_rows_and_tells_exactly_whether_there_are_more()
    {
        var actor = Activate();
        await actor.CommitAsync([.. Enumerable.Range(0, 5).Select(i => Put($"{i}"))]);

        foreach (var (most, after, names, hasMore) in new[]
        {
            (1, null, "0", true), (4, null, "0123", true), (5, null, "01234", false), (6, null, "01234", false),
            (2, "1", "23", true), (2, "2", "34", false), (int.MaxValue, (string?)null, "01234", false),
        })
        {
            var page = await actor.ListAsync(new("", after, most));
            string.Concat(page.Rows.Select(row => row.Name)).ShouldBe(names);
            page.HasMore.ShouldBe(hasMore);
        }
    }

    [PostgreSqlFact]
    public async Task A_page_ends_by_its_bytes_but_never_before_its_first_row()
    {
        var actor = Activate();
        await actor.CommitAsync([.. Enumerable.Range(0, 5).Select(i => Put($"{i}", new string('x', 100)))]);

        foreach (var (bytes, after, names, hasMore) in new[]
        {
            (0, null, "0", true), (1, null, "0", true), (100, null, "0", true), (101, null, "01", true), (400, null, "0123", true),
            (401, null, "01234", false), (400, "0", "1234", false), (1, "3", "4", false), (int.MaxValue, (string?)null, "01234", false),
        })
        {
            var page = await actor.ListAsync(new("", after, MostBytes: bytes));
            string.Concat(page.Rows.Select(row => row.Name)).ShouldBe(names, $"{bytes} bytes behind {after}");
            page.HasMore.ShouldBe(hasMore, $"{bytes} bytes behind {after}");
        }
    }

    [PostgreSqlFact]
    public async Task Pages_put_together_are_all_rows_once()
    {
        var actor = Activate();
        var random = new Random(11);
        var names = Enumerable.Range(0, 90).Select(i => $"{random.Next(1000)}/{i}").ToList();
        await actor.CommitAsync([.. names.Select(name => Put(name, new string('x', random.Next(200))))]);

        var listed = new List<string>();
        string? after = null;
        do
        {
            var page = await actor.ListAsync(new("", after, MostRows: 7, MostBytes: 400));
            page.Rows.Count.ShouldBeInRange(1, 7);
            listed.AddRange(page.Rows.Select(row => row.Name));
            after = page.Next;
        }
        while (after is not null);

        listed.ShouldBe(names.Order(StringComparer.Ordinal));
    }

    [PostgreSqlFact]
    public async Task What_cannot_be_stored_is_refused_before_anything_is_sent()
    {
        var storage = new PostgreSqlActorStorage(DataSource);
        Should.Throw<ArgumentException>(() => storage.Open(Kind, "a\0b"));
        Should.Throw<ArgumentException>(() => storage.Open("a\0b", Key));
        Should.Throw<ArgumentException>(() => storage.Open(Kind, "\ud83d"));
        // Stored with a replacement, it would come back as another name.
        await Should.ThrowAsync<ArgumentException>(() => Activate().CommitAsync([Put("\ud83d")]));
        (await EpochAsync()).ShouldBe(0);
    }

    [PostgreSqlFact]
    public async Task An_alarm_is_kept_to_the_millisecond_until_it_is_moved_or_removed()
    {
        var due = DateTimeOffset.FromUnixTimeMilliseconds(1_900_000_000_123);
        await Activate().WriteAlarmAsync(due.ToOffset(TimeSpan.FromHours(5)).AddTicks(4567));
        (await Activate().ReadAlarmAsync()).ShouldBe(due);

        var actor = Activate();
        await actor.CommitAsync([Put("row")]);
        (await actor.ReadAlarmAsync()).ShouldBe(due, "a commit of rows leaves the alarm");
        await actor.WriteAlarmAsync(due.AddDays(-30_000));
        (await actor.ReadAlarmAsync()).ShouldBe(due.AddDays(-30_000));
        await actor.WriteAlarmAsync(null);
        (await actor.ReadAlarmAsync()).ShouldBeNull();
        (await ReadAsync(actor, "row")).ShouldBe("1");
        await actor.WriteAlarmAsync(null);
    }

    [PostgreSqlFact]
    public async Task A_read_that_is_given_up_is_a_cancellation()
    {
        await Activate().CommitAsync([Put("row")]);
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(async () => await Activate().ReadAsync("row", gone.Token));

        await using var connection = await DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var hold = new Npgsql.NpgsqlCommand("LOCK TABLE forge_row IN ACCESS EXCLUSIVE MODE", connection))
            await hold.ExecuteNonQueryAsync();
        using var later = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await Should.ThrowAsync<OperationCanceledException>(async () => await Activate().ListAsync(new(""), later.Token));
    }
}
