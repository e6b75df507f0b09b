using System.Text.Json;
using ForgeOrleans.Documents;

namespace ForgeOrleans.Conformance.Documents;

/// <summary>A commit whose answer was lost is made again, marked as a repetition: it is made once, and answered as it was the first time.</summary>
public abstract class DocumentRepetitionTests(ActorHost host) : ActorTests(host)
{
    private readonly Site _site = new();

    private ISiteStateActor State => Actor<ISiteStateActor>(_site.Id);

    [Fact]
    public async Task A_commit_that_was_made_answers_its_repetition_as_it_answered_the_first_time()
    {
        var old = (await State.CommitAsync(new([Put("old", "1", 0)]))).Version;
        var changes = new DocumentChanges([Put("a", "1", 0), Put("b", "2", null), Delete("old", old)], Id());
        var first = await State.CommitAsync(changes);
        var before = await Host.QuietMarkAsync();

        var again = await State.CommitAsync((DocumentChanges)changes.AsRepetition());

        again.ShouldBe(first);
        again.Deleted.ShouldBe(1);
        (await Host.StorageMarkAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task A_commit_that_was_not_made_is_made_by_its_repetition()
    {
        var commit = await State.CommitAsync(new([Put("a", "1", 0)], Id(), IsRepetition: true));

        commit.Conflict.ShouldBeNull();
        (await State.GetAsync(new("notes", "a")))!.Version.ShouldBe(commit.Version);
    }

    [Fact]
    public async Task What_somebody_else_wrote_since_is_not_written_over_by_a_repetition()
    {
        var changes = new DocumentChanges([Put("a", "mine", null), Delete("b", null)], Id());
        var first = await State.CommitAsync(changes);
        await State.CommitAsync(new([Put("a", "another's", first.Version), Put("b", "another's", 0)]));

        (await State.CommitAsync((DocumentChanges)changes.AsRepetition())).ShouldBe(first);

        foreach (var key in new[] { "a", "b" })
            JsonSerializer.Deserialize<string>((await State.GetAsync(new("notes", key)))!.Utf8Json.Span).ShouldBe("another's");
    }

    [Fact]
    public async Task The_same_content_written_by_another_is_not_taken_for_one_s_own()
    {
        await State.CommitAsync(new([Put("lock", "taken", 0)], Id()));

        (await State.CommitAsync(new([Put("lock", "taken", 0)], Id(), IsRepetition: true))).Conflict.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_commit_is_remembered_over_a_restart_and_over_many_others()
    {
        var changes = new DocumentChanges([Put("a", "1", 0)], Id());
        var first = await State.CommitAsync(changes);
        for (var i = 0; i < 100; i++)
            await State.CommitAsync(new([Put($"{i}", "1", 0)], Id()));
        await Host.RestartAsync();

        (await State.CommitAsync((DocumentChanges)changes.AsRepetition())).ShouldBe(first);
    }

    [Fact]
    public async Task What_was_remembered_is_let_go_when_nobody_repeats_any_more()
    {
        var changes = new DocumentChanges([Put("a", "1", 0)], Id());
        await State.CommitAsync(changes);
        Clock.Advance(TimeSpan.FromMinutes(1));
        await State.CommitAsync(new([Put("b", "1", 0)], Id()));

        (await State.CommitAsync((DocumentChanges)changes.AsRepetition())).Conflict.ShouldNotBeNull();
    }

    private static string Id() => Guid.NewGuid().ToString("N");

    private static DocumentChange Put(string key, string text, long? expected) =>
        new(new("notes", key), JsonSerializer.SerializeToUtf8Bytes(text), expected);

    private static DocumentChange Delete(string key, long? expected) => new(new("notes", key), null, expected);
}
