using ForgeOrleans.Conformance;
using ForgeOrleans.Conformance.Documents;
using ForgeOrleans.Documents;
using ForgeOrleans.Hosting;
using ForgeOrleans.Work;
using Microsoft.Extensions.Logging;

namespace ForgeOrleans.SingleNode.Tests.Storage;

/// <summary>What work that is committed with documents leaves in the database, and for how long.</summary>
public sealed class OutboxTests : NodeTests
{
    private readonly Site _site = new();

    private ISiteStateActor State => Node.Actor<ISiteStateActor>(_site.Id);

    private QueueGate Gate => QueueGate.Of(_site.Id);

    [Theory]
    [InlineData("document/notes/a")]
    [InlineData("outbox/*")]
    public async Task Documents_and_work_are_stored_both_or_neither(string refused)
    {
        await State.CommitAsync(new([Put("first")]));
        Database.RefuseRows(name: refused);
        await Should.ThrowAsync<StorageUnavailableException>(() => State.CommitAsync(new([Put("a")], Work: [Job()])));
        Database.RefuseNoMore();

        (await State.GetAsync(new("notes", "a"))).ShouldBeNull();
        Rows("outbox/*").ShouldBe(0);
        Alarms().ShouldBe(0);
        await State.CommitAsync(new([Put("a")], Work: [Job()]));
        await Eventually.BecomesTrueAsync(() => Gate.Passed.Count == 1, "the work of the second attempt is in the queue");
    }

    [Fact]
    public async Task Work_that_has_arrived_leaves_nothing()
    {
        for (var i = 0; i < 3; i++)
            await State.CommitAsync(new([Put("a")], Work: [Job(), Job()]));
        Rows("outbox/*").ShouldBeInRange(2, 6);
        await Eventually.BecomesTrueAsync(() => Gate.Passed.Count == 6, "all work is in the queue");

        Node.Clock.Advance(TimeSpan.FromSeconds(10));

        await Eventually.BecomesTrueAsync(() => Rows("outbox/*") == 0 && Alarms() == 0, "the outbox is empty");
        Gate.Tried.ShouldBeLessThanOrEqualTo(3);
        Rows("refused/*").ShouldBe(0);
    }

    [Fact]
    public async Task Documents_alone_cost_their_rows_and_no_alarm()
    {
        await State.CommitAsync(new([Put("a")], Work: [Job()]));
        await Eventually.BecomesTrueAsync(() => Gate.Passed.Count == 1, "the work is in the queue");
        Node.Clock.Advance(TimeSpan.FromSeconds(10));
        await Eventually.BecomesTrueAsync(() => Rows("outbox/*") == 0 && Alarms() == 0, "the outbox is empty");
        var before = Database.CommitsInLog();

        await State.CommitAsync(new([Put("b")]));

        (Database.CommitsInLog() - before).ShouldBe(1);
        Alarms().ShouldBe(0);
        Rows("*").ShouldBe(3);
    }

    [Fact]
    public async Task What_is_never_accepted_is_kept_and_the_operator_is_told_which_it_is()
    {
        var never = Job();
        Gate.Refusal = batch => batch.Items.Any(item => item.ItemId == never.ItemId)
            ? new ForgeException(ForgeErrorCode.Forbidden, "Never.") : null;
        await State.CommitAsync(new([], Work: [Job(), never, Job()]));
        await Eventually.BecomesTrueAsync(() => Gate.Passed.Count == 2, "the others are in the queue");
        Node.Clock.Advance(TimeSpan.FromSeconds(10));
        await Eventually.BecomesTrueAsync(() => Rows("outbox/*") == 0 && Alarms() == 0, "the outbox is empty");

        Rows("refused/*").ShouldBe(1);
        var told = Node.Log.At(LogLevel.Error).ShouldHaveSingleItem();
        told.ShouldContain(never.ItemId);
        told.ShouldContain("'ship'");
        told.ShouldContain(_site.Id);
        told.ShouldNotContain("secret");
    }

    [Fact]
    public async Task A_row_that_cannot_be_read_holds_up_no_other()
    {
        await State.CommitAsync(new([Put("a")]));
        await RestartAsync(() =>
        {
            using var database = new DatabaseFile(DataPath);
            database.Execute(
                "INSERT INTO actor_row SELECT id, 'outbox/0000000000000001/00', CAST('{' AS BLOB) FROM actor WHERE kind = 'site-state' AND key = $key",
                ("$key", _site.Id)).ShouldBe(1);
        });

        await State.CommitAsync(new([], Work: [Job()]));

        await Eventually.BecomesTrueAsync(() => Gate.Passed.Count == 1, "the work behind it is in the queue");
        await Eventually.BecomesTrueAsync(
            () =>
            {
                Node.Clock.Advance(TimeSpan.FromSeconds(5));
                return Rows("outbox/*") == 0 && Rows("refused/*") == 1;
            },
            "the row is set aside");
        Node.Log.At(LogLevel.Error).ShouldHaveSingleItem().ShouldContain("outbox/0000000000000001/00");
    }

    private static DocumentChange Put(string key) => new(new("notes", key), "1"u8.ToArray(), null);

    private static WorkItem Job() => new()
    {
        ItemId = Guid.NewGuid().ToString(),
        Kind = WorkKind.Job,
        Key = "ship",
        AcceptedAt = DateTimeOffset.UnixEpoch,
        Payload = "\"secret\""u8.ToArray(),
    };

    private long Rows(string names) => Database.Count(
        "SELECT COUNT(*) FROM actor_row JOIN actor ON id = actor WHERE kind = 'site-state' AND name GLOB $names", ("$names", names));

    private long Alarms() => Database.Count("SELECT COUNT(*) FROM alarm JOIN actor ON id = actor WHERE kind = 'site-state'");
}
