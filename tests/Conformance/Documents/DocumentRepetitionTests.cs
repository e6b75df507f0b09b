using System.Text.Json;
using ForgeOrleans.Documents;

namespace ForgeOrleans.Conformance.Documents;

/// <summary>A commit whose answer was lost is made again, marked as a repetition: it may not be refused for what it did itself.</summary>
public abstract class DocumentRepetitionTests(ActorHost host) : ActorTests(host)
{
    private readonly Site _site = new();

    private ISiteStateActor State => Actor<ISiteStateActor>(_site.Id);

    [Fact]
    public async Task A_commit_that_was_made_answers_its_repetition_as_it_answered_the_first_time()
    {
        var old = (await State.CommitAsync(new([Put("old", "1", 0)]))).Version;
        var changes = new DocumentChanges([Put("a", "1", 0), Put("b", "2", 0), Delete("old", old)]);
        var first = await State.CommitAsync(changes);
        var before = await Host.StorageMarkAsync();

        var again = await State.CommitAsync((DocumentChanges)changes.AsRepetition());

        again.ShouldBe(first);
        (await Host.StorageMarkAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task A_commit_that_was_not_made_is_made_by_its_repetition()
    {
        var commit = await State.CommitAsync(new([Put("a", "1", 0)], IsRepetition: true));

        commit.Conflict.ShouldBeNull();
        (await State.GetAsync(new("notes", "a")))!.Version.ShouldBe(commit.Version);
    }

    [Fact]
    public async Task What_somebody_else_wrote_since_is_a_conflict_for_a_repetition_too()
    {
        var changes = new DocumentChanges([Put("a", "1", 0), Put("b", "1", 0)]);
        await State.CommitAsync(changes);
        await State.CommitAsync(new([Put("b", "of another", null)]));

        var again = await State.CommitAsync((DocumentChanges)changes.AsRepetition());

        again.Conflict!.Name.Key.ShouldBe("a");
        (await State.GetAsync(new("notes", "b")))!.Utf8Json.ToArray().ShouldBe("\"of another\""u8.ToArray());
    }

    [Fact]
    public async Task The_same_content_written_by_two_commits_is_not_taken_for_one()
    {
        await State.CommitAsync(new([Put("a", "1", 0)]));
        await State.CommitAsync(new([Put("b", "1", 0)]));

        (await State.CommitAsync(new([Put("a", "1", 0), Put("b", "1", 0)], IsRepetition: true))).Conflict.ShouldNotBeNull();
    }

    [Fact]
    public async Task Who_repeats_a_deletion_is_told_that_the_document_is_gone()
    {
        await State.CommitAsync(new([Put("a", "1", 0)]));
        var deletion = new DocumentChanges([Delete("a", null)]);
        (await State.CommitAsync(deletion)).Deleted.ShouldBe(1);

        (await State.CommitAsync((DocumentChanges)deletion.AsRepetition())).Deleted.ShouldBe(1);
        (await State.CommitAsync(deletion)).Deleted.ShouldBe(0);
    }

    private static DocumentChange Put(string key, string text, long? expected) =>
        new(new("notes", key), JsonSerializer.SerializeToUtf8Bytes(text), expected);

    private static DocumentChange Delete(string key, long? expected) => new(new("notes", key), null, expected);
}
