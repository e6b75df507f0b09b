using ForgeOrleans.Conformance;
using ForgeOrleans.Conformance.Probes;
using ForgeOrleans.Documents;
using ForgeOrleans.Hosting;
using ForgeOrleans.Installations;
using ForgeOrleans.SingleNode.Tests.Hosting;
using Microsoft.Extensions.Logging;

namespace ForgeOrleans.SingleNode.Tests.Storage;

/// <summary>How writes share a commit, and how little they have to do with each other all the same.</summary>
public sealed class GroupCommitTests : NodeTests
{
    [Fact]
    public async Task Writes_that_wait_for_the_disk_share_a_commit()
    {
        await Node.PutRowAsync("first", "row");
        var before = Database.CommitsInLog();

        // Holding the database up makes certain that all are there before the writer goes on.
        Database.Execute("BEGIN IMMEDIATE");
        var writes = Enumerable.Range(0, 200).Select(i => Node.PutRowAsync($"actor-{i}", "row")).ToArray();
        Database.Execute("COMMIT");
        await Task.WhenAll(writes);

        (Database.CommitsInLog() - before).ShouldBeInRange(1, 2);
        Database.Count("SELECT COUNT(*) FROM actor_row JOIN actor ON actor.id = actor WHERE key GLOB 'actor-*'").ShouldBe(200);
    }

    [Fact]
    public async Task Many_writers_at_once_need_far_fewer_commits_than_writes()
    {
        await Node.PutRowAsync("first", "row");
        var before = Database.CommitsInLog();

        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => Task.Run(() => Node.PutRowAsync($"actor-{i}", "row"))));

        (Database.CommitsInLog() - before).ShouldBeLessThan(250);
    }

    [Fact]
    public async Task A_write_alone_is_on_the_disk_when_it_is_answered()
    {
        await Node.PutRowAsync("first", "row");
        var before = Database.CommitsInLog();
        for (var i = 1; i <= 5; i++)
        {
            await Node.PutRowAsync("actor", "row", $"{i}");
            (Database.CommitsInLog() - before).ShouldBe(i);
        }
    }

    [Fact]
    public async Task A_log_that_has_grown_long_is_begun_anew_while_writes_go_on()
    {
        var large = new string('a', 1_000_000);
        for (var i = 0; i < 80; i++)
            await Node.PutRowAsync($"large-{i}", "row", large);

        // The last pages are moved with a commit, and the next one that changes something begins the log anew.
        var commits = 0;
        await Eventually.BecomesTrueAsync(
            () =>
            {
                Node.PutRowAsync("small", "row", $"{++commits}").Wait();
                return Database.CommitsInLog() < 40;
            },
            "a short log");
        new FileInfo(Database.File).Length.ShouldBeGreaterThan(60_000_000);
        (await Node.RowAsync("large-0", "row"))!.Length.ShouldBe(large.Length);
    }

    [Fact]
    public async Task A_stale_activation_is_refused_and_takes_no_write_with_it_that_shares_its_commit()
    {
        await Node.Actor<IMemoryProbe>("stale").WriteAsync(new("row", "of the old"));
        var before = Database.CommitsInLog();

        // What a successor elsewhere would do with its first commit.
        Database.Execute("BEGIN IMMEDIATE");
        Database.Execute("UPDATE actor SET epoch = epoch + 1 WHERE key = 'stale'");
        var first = Node.PutRowAsync("first", "row");
        var others = Enumerable.Range(0, 20).Select(i => Node.PutRowAsync($"before-{i}", "row")).ToList();
        var stale = Node.Actor<IMemoryProbe>("stale").WriteAsync(new("row", "written over the new"));
        others.AddRange(Enumerable.Range(0, 20).Select(i => Node.PutRowAsync($"after-{i}", "row")));
        Database.Execute("COMMIT");

        (await Should.ThrowAsync<StaleActivationException>(() => stale)).Code.ShouldBe(ForgeErrorCode.Unavailable);
        await Task.WhenAll([first, .. others]);
        (Database.CommitsInLog() - before).ShouldBeInRange(2, 3);
        Database.Count("SELECT COUNT(*) FROM actor WHERE key GLOB 'before-*' OR key GLOB 'after-*'").ShouldBe(40);

        // The next call meets a new activation, which takes the next epoch.
        (await Node.Actor<IMemoryProbe>("stale").WriteAsync(new("row", "of the next"))).ShouldBe(new(1, "of the old"));
        Database.Count("SELECT epoch FROM actor WHERE key = 'stale'").ShouldBe(3);
    }

    [Fact]
    public async Task A_stale_activation_may_not_set_an_alarm()
    {
        var site = new Site();
        await Node.AdmitAsync(site);
        Database.Execute("UPDATE actor SET epoch = epoch + 1 WHERE key = $key", ("$key", site.Id));

        await Should.ThrowAsync<StaleActivationException>(() => Node.AdmitAsync(site, TestTokens.Opaque()));

        Database.Count("SELECT COUNT(*) FROM alarm").ShouldBe(0);
        (await Node.AdmitAsync(site, TestTokens.Opaque())).ShouldBe(Admission.Admitted);
    }

    [Fact]
    public async Task An_activation_takes_its_epoch_with_its_first_commit_only()
    {
        for (var i = 0; i < 3; i++)
            await Node.PutRowAsync("actor", "row");
        Database.Count("SELECT epoch FROM actor WHERE key = 'actor'").ShouldBe(1);

        await RestartAsync();
        await Node.RowAsync("actor", "row");
        Database.Count("SELECT epoch FROM actor WHERE key = 'actor'").ShouldBe(1);
        await Node.PutRowAsync("actor", "row");
        Database.Count("SELECT epoch FROM actor WHERE key = 'actor'").ShouldBe(2);
    }

    [Theory]
    [InlineData("ABORT")]
    [InlineData("FAIL")]
    [InlineData("ROLLBACK")] // SQLite ends the whole transaction by itself, as it does on a full disk.
    public async Task A_write_that_fails_takes_no_other_with_it(string how)
    {
        Database.RefuseRows(how);
        Database.Execute("BEGIN IMMEDIATE");
        var first = Node.PutRowAsync("first", "row");
        var others = Enumerable.Range(0, 5).Select(i => Node.PutRowAsync($"before-{i}", "row")).ToList();
        var failing = Node.PutRowAsync("failing", "refused");
        others.AddRange(Enumerable.Range(0, 5).Select(i => Node.PutRowAsync($"after-{i}", "row")));
        Database.Execute("COMMIT");

        await Should.ThrowAsync<StorageUnavailableException>(() => failing);
        await Task.WhenAll([first, .. others]);
        Database.Count("SELECT COUNT(*) FROM actor_row").ShouldBe(11);
        Node.Log.At(LogLevel.Error).ShouldHaveSingleItem().ShouldContain("no room");
        await Node.PutRowAsync("failing", "row");
    }

    [Fact]
    public async Task Rows_and_an_alarm_that_are_set_together_are_one_commit()
    {
        await Node.PutRowAsync("first", "row");
        var before = Database.CommitsInLog();
        await AcceptAsync("row", "other");
        (Database.CommitsInLog() - before).ShouldBe(1);
        Database.Count("SELECT COUNT(*) FROM actor_row JOIN alarm USING (actor)").ShouldBe(2);
    }

    [Theory]
    [InlineData("actor_row", "NEW.name = 'refused'")]
    [InlineData("alarm", "true")]
    public async Task Of_rows_and_an_alarm_neither_is_stored_when_the_other_fails(string table, string condition)
    {
        Database.Execute($"CREATE TRIGGER refusal BEFORE INSERT ON {table} WHEN {condition} BEGIN SELECT RAISE(ABORT, 'no room'); END");
        await Should.ThrowAsync<StorageUnavailableException>(() => AcceptAsync("row", "refused"));
        Database.Count("SELECT (SELECT COUNT(*) FROM actor_row) + (SELECT COUNT(*) FROM alarm) + (SELECT COUNT(*) FROM actor)").ShouldBe(0);

        Database.RefuseNoMore();
        await AcceptAsync("row", "refused");
        Database.Count("SELECT COUNT(*) FROM actor_row JOIN alarm USING (actor)").ShouldBe(2);
    }

    [Fact]
    public async Task A_commit_that_fails_at_its_last_change_leaves_nothing_of_the_others()
    {
        var site = new Site();
        var notes = Node.StateOf(site).Collection<string>("notes");
        await notes.PutAsync("a", "before");
        Database.RefuseRows(name: "document/notes/z");

        await Should.ThrowAsync<StorageUnavailableException>(() => Node.StateOf(site).CommitAsync([
            notes.Put("a", "after"), notes.Put("b", "after"), notes.Put("z", "after")]));

        (await notes.ListAsync()).Documents.ShouldBe([new("a", 1, "before")]);
        // The version that the failed commit would have had was not taken.
        (await notes.PutAsync("c", "next")).ShouldBe(2);
    }

    [Fact]
    public async Task An_installation_that_cannot_be_entered_into_the_index_is_not_admitted()
    {
        var site = new Site();
        Database.RefuseRows(name: "installation/*");

        await Should.ThrowAsync<StorageUnavailableException>(() => Node.AdmitAsync(site, TestTokens.Opaque()));

        (await Node.Actor<IInstallationActor>(site.Id).DescribeAsync(DescribeRequest.Instance)).ShouldBeNull();
        (await Node.TokenAsync(site)).ShouldBeNull();
        Database.RefuseNoMore();
        (await Node.AdmitAsync(site)).ShouldBe(Admission.Admitted);
    }

    [Fact]
    public async Task Nothing_is_written_any_more_once_the_node_has_stopped()
    {
        var old = Node.Actor<IMemoryProbe>("actor");
        await old.WriteAsync(new("other", "1"));
        await RestartAsync();

        await Should.ThrowAsync<StorageUnavailableException>(() => old.WriteAsync(new("row", "late")));
        (await Node.RowAsync("actor", "row")).ShouldBeNull();
    }

    private Task AcceptAsync(params string[] rows) => Node.Actor<IAlarmProbe>("actor").AcceptAsync(
        new(Node.Clock.GetUtcNow().AddHours(1), [.. rows.Select(row => new RowText(row, "1"))]));
}
