using ForgeOrleans.Documents;

namespace ForgeOrleans.Conformance.Documents;

/// <summary>Versions, what depends on them, and commits of several documents.</summary>
public abstract class DocumentVersionTests(ActorHost host) : ActorTests(host)
{
    private readonly Site _site = new();

    [Fact]
    public async Task Versions_grow_over_the_whole_site_and_are_never_used_again()
    {
        var seen = new List<long>
        {
            await Notes.PutAsync("a", new("1")),
            await Notes.PutAsync("b", new("1")),
            await StateOf(_site).Collection<Note>("others").PutAsync("a", new("1")),
        };
        await Notes.DeleteAsync("a");
        await Notes.DeleteAsync("b");
        await StateOf(_site).Collection<Note>("others").DeleteAsync("a");
        await Host.RestartAsync();
        seen.Add(await Notes.PutAsync("a", new("2"), expectedVersion: 0));
        await Host.RestartAsync();
        seen.Add(await Notes.PutAsync("a", new("3")));

        seen.ShouldAllBe(version => version > 0);
        seen.ShouldBe(seen.Distinct().Order());
        (await Notes.GetAsync("a"))!.Version.ShouldBe(seen[^1]);
    }

    [Fact]
    public async Task The_version_that_was_read_is_the_one_to_write_on()
    {
        var first = await Notes.PutAsync("a", new("1"), expectedVersion: 0);
        var second = await Notes.PutAsync("a", new("2"), first);
        second.ShouldBeGreaterThan(first);
        (await Notes.DeleteAsync("a", second)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_write_on_another_version_is_a_conflict_and_changes_nothing()
    {
        var first = await Notes.PutAsync("a", new("1"));
        var second = await Notes.PutAsync("a", new("2"));
        var before = await Host.QuietMarkAsync();

        foreach (var expected in new[] { 0, first, second + 1, -1 })
        {
            var put = await Should.ThrowAsync<DocumentConflictException>(() => Notes.PutAsync("a", new("lost"), expected));
            put.Code.ShouldBe(ForgeErrorCode.Conflict);
            put.Conflict.ShouldBe(new(new("notes", "a"), expected, second));
            (await Should.ThrowAsync<DocumentConflictException>(() => Notes.DeleteAsync("a", expected))).Conflict.ActualVersion.ShouldBe(second);
        }

        (await Notes.GetAsync("a")).ShouldBe(new("a", second, new("2")));
        (await Host.StorageMarkAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task A_version_demanded_of_a_document_that_is_gone_is_a_conflict()
    {
        var version = await Notes.PutAsync("a", new("1"));
        await Notes.DeleteAsync("a");

        (await Should.ThrowAsync<DocumentConflictException>(() => Notes.PutAsync("a", new("2"), version))).Conflict.ActualVersion.ShouldBe(0);
        (await Should.ThrowAsync<DocumentConflictException>(() => Notes.DeleteAsync("a", version))).Conflict.ActualVersion.ShouldBe(0);
        (await Notes.GetAsync("a")).ShouldBeNull();
    }

    [Fact]
    public async Task A_version_from_before_a_document_was_made_anew_does_not_fit_it()
    {
        var before = await Notes.PutAsync("a", new("1"), expectedVersion: 0);
        await Notes.DeleteAsync("a");
        await Host.RestartAsync();
        await Notes.PutAsync("a", new("2"), expectedVersion: 0);

        await Should.ThrowAsync<DocumentConflictException>(() => Notes.PutAsync("a", new("3"), before));
    }

    [Fact]
    public async Task Changes_to_several_documents_happen_together()
    {
        var others = StateOf(_site).Collection<Note>("others");
        var old = await Notes.PutAsync("goes", new("1"));

        var version = await StateOf(_site).CommitAsync([
            Notes.Put("a", new("1"), expectedVersion: 0), others.Put("a", new("2")), Notes.Delete("goes", old), Notes.Delete("never was")]);

        await Host.RestartAsync();
        (await Notes.GetAsync("a")).ShouldBe(new("a", version, new("1")));
        (await StateOf(_site).Collection<Note>("others").GetAsync("a")).ShouldBe(new("a", version, new("2")));
        (await Notes.GetAsync("goes")).ShouldBeNull();
    }

    [Fact]
    public async Task One_conflict_among_several_changes_undoes_them_all()
    {
        var version = await Notes.PutAsync("b", new("1"));
        var before = await Host.QuietMarkAsync();

        var conflict = await Should.ThrowAsync<DocumentConflictException>(() => StateOf(_site).CommitAsync([
            Notes.Put("a", new("2")), Notes.Delete("b"), Notes.Put("c", new("2"), expectedVersion: 17)]));

        conflict.Conflict.Name.Key.ShouldBe("c");
        (await Notes.GetAsync("a")).ShouldBeNull();
        (await Notes.GetAsync("b"))!.Version.ShouldBe(version);
        (await Host.StorageMarkAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task A_commit_takes_99_changes_to_different_documents()
    {
        var most = Enumerable.Range(0, SiteState.MostChanges).Select(i => Notes.Put($"{i:000}", new("1"))).ToList();
        await StateOf(_site).CommitAsync(most);
        (await Notes.ListAsync()).Documents.Count.ShouldBe(SiteState.MostChanges);

        await Should.ThrowAsync<ArgumentException>(() => StateOf(_site).CommitAsync([.. most, Notes.Put("one more", new("2"))]));
        await Should.ThrowAsync<ArgumentException>(() => StateOf(_site).CommitAsync([Notes.Put("000", new("2")), Notes.Delete("000")]));
        await Should.ThrowAsync<ArgumentException>(() => StateOf(_site).CommitAsync([]));
        (await Notes.GetAsync("000"))!.Value.Text.ShouldBe("1");
    }

    [Fact]
    public async Task Two_hundred_writers_at_once_all_land()
    {
        var notes = Notes;
        var versions = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(() => notes.PutAsync($"{i:000}", new("1", i)))));

        versions.Distinct().Count().ShouldBe(200);
        await Host.RestartAsync();
        var all = (await Notes.ListAsync(limit: 1000)).Documents;
        all.Select(document => document.Value.Count).ShouldBe(Enumerable.Range(0, 200));
        all.Select(document => document.Version).ShouldBe(versions);
    }

    [Fact]
    public async Task Counting_together_with_retries_loses_no_count()
    {
        var notes = Notes;
        await notes.PutAsync("counter", new("", 0));
        var conflicts = 0;

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 25; i++)
                while (!await TryIncrementAsync())
                    Interlocked.Increment(ref conflicts);
        })));

        (await notes.GetAsync("counter"))!.Value.Count.ShouldBe(200);
        conflicts.ShouldBeGreaterThan(0);

        async Task<bool> TryIncrementAsync()
        {
            var read = (await notes.GetAsync("counter"))!;
            try
            {
                await notes.PutAsync("counter", read.Value with { Count = read.Value.Count + 1 }, read.Version);
                return true;
            }
            catch (DocumentConflictException)
            {
                return false;
            }
        }
    }

    private DocumentCollection<Note> Notes => StateOf(_site).Collection<Note>("notes");
}
