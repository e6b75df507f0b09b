using ForgeOrleans.Documents;

namespace ForgeOrleans.Conformance.Documents;

/// <summary>Documents of a site, one at a time.</summary>
public abstract class DocumentTests(ActorHost host) : ActorTests(host)
{
    private const string Unstorable = "none of them a control character";

    [Fact]
    public async Task A_document_is_read_as_it_was_written_after_a_restart()
    {
        var site = new Site();
        var note = new Note("naïve 😀 \"quoted\" \0 \\", 7);
        var version = await Notes(site).PutAsync("a/key with spaces/ключ/😀", note);

        await Host.RestartAsync();

        (await Notes(site).GetAsync("a/key with spaces/ключ/😀")).ShouldBe(new("a/key with spaces/ключ/😀", version, note));
    }

    [Fact]
    public async Task A_document_that_is_not_there_reads_as_none()
    {
        (await Notes(new Site()).GetAsync("absent")).ShouldBeNull();
        (await Notes(new Site()).DeleteAsync("absent")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_deleted_document_is_gone_after_a_restart_and_the_others_are_not()
    {
        var site = new Site();
        await Notes(site).PutAsync("a", new("stays"));
        await Notes(site).PutAsync("b", new("goes"));

        (await Notes(site).DeleteAsync("b")).ShouldBeTrue();
        (await Notes(site).GetAsync("b")).ShouldBeNull();
        await Host.RestartAsync();

        (await Notes(site).GetAsync("b")).ShouldBeNull();
        (await Notes(site).GetAsync("a"))!.Value.Text.ShouldBe("stays");
    }

    [Fact]
    public async Task Two_sites_never_see_each_other_s_documents()
    {
        var (one, other) = (new Site(), new Site());
        await Notes(one).PutAsync("key", new("one"));
        (await Notes(other).GetAsync("key")).ShouldBeNull();
        (await Notes(other).ListAsync()).Documents.ShouldBeEmpty();

        await Notes(other).PutAsync("key", new("other"));
        await Notes(other).DeleteAsync("key");

        (await Notes(one).GetAsync("key"))!.Value.Text.ShouldBe("one");
    }

    [Fact]
    public async Task Two_collections_of_a_site_have_nothing_in_common()
    {
        var site = new Site();
        await Notes(site).PutAsync("key", new("a note"));
        await StateOf(site).Collection<Note>("notes.old").PutAsync("key", new("an old note"));
        await StateOf(site).Collection<Note>("note").PutAsync("s/key", new("not in notes"));

        (await Notes(site).ListAsync()).Documents.Select(document => document.Value.Text).ShouldBe(["a note"]);
        (await StateOf(site).Collection<Note>("note").GetAsync("s/key"))!.Value.Text.ShouldBe("not in notes");
        (await StateOf(site).Collection<Note>("note").ListAsync()).Documents.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_key_has_500_characters_and_no_more()
    {
        var notes = Notes(new Site());
        var longest = new string('ä', SiteState.LongestKey);
        await notes.PutAsync(longest, new("kept"));
        (await notes.GetAsync(longest))!.Value.Text.ShouldBe("kept");

        foreach (var key in new[] { longest + "ä", "" })
        {
            (await Should.ThrowAsync<ForgeException>(() => notes.PutAsync(key, new("refused")))).Code.ShouldBe(ForgeErrorCode.InvalidRequest);
            (await Should.ThrowAsync<ForgeException>(() => notes.GetAsync(key))).Code.ShouldBe(ForgeErrorCode.InvalidRequest);
            (await Should.ThrowAsync<ForgeException>(() => notes.DeleteAsync(key))).Code.ShouldBe(ForgeErrorCode.InvalidRequest);
        }
        (await notes.ListAsync()).Documents.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("nul\0")]
    [InlineData("line\n")]
    [InlineData("delete\u007f")]
    [InlineData("next\u0085line")]
    public async Task A_key_with_control_characters_is_refused(string key) =>
        (await Should.ThrowAsync<ForgeException>(() => Notes(new Site()).PutAsync(key, new("refused")))).Message.ShouldContain(Unstorable);

    // Written as numbers: half a surrogate pair does not survive in a test's name.
    [Theory]
    [InlineData(0xD83D)]
    [InlineData(0xDE00)]
    public async Task A_key_with_half_a_surrogate_pair_is_refused(int half)
    {
        var notes = Notes(new Site());
        foreach (var key in new[] { $"{(char)half}", $"a{(char)half}b", $"😀{(char)half}" })
            await Should.ThrowAsync<ForgeException>(() => notes.PutAsync(key, new("refused")));
        (await notes.ListAsync()).Documents.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_document_has_256_KB_and_no_more()
    {
        var texts = StateOf(new Site()).Collection<string>("texts");
        var largest = new string('x', SiteState.LargestDocument - 2); // and its quotes
        await texts.PutAsync("largest", largest);
        (await texts.GetAsync("largest"))!.Value.ShouldBe(largest);

        (await Should.ThrowAsync<ForgeException>(() => texts.PutAsync("largest", largest + "x"))).Code.ShouldBe(ForgeErrorCode.PayloadTooLarge);

        (await texts.GetAsync("largest"))!.Value.Length.ShouldBe(largest.Length);
    }

    [Fact]
    public void A_collection_is_named_by_up_to_100_plain_characters()
    {
        var state = StateOf(new Site());
        state.Collection<Note>(new string('a', SiteState.LongestCollection));
        state.Collection<Note>("Tasks_2026.v1-b");

        foreach (var name in new[] { "", new string('a', SiteState.LongestCollection + 1), "a/b", "a b", "ä", "a\0" })
            Should.Throw<ArgumentException>(() => state.Collection<Note>(name));
    }

    [Fact]
    public async Task A_caller_who_has_given_up_writes_nothing()
    {
        var site = new Site();
        await Should.ThrowAsync<OperationCanceledException>(
            () => Notes(site).PutAsync("key", new("late"), cancellationToken: new CancellationToken(canceled: true)));
        (await Notes(site).GetAsync("key")).ShouldBeNull();
    }

    private DocumentCollection<Note> Notes(Site site) => StateOf(site).Collection<Note>("notes");
}
