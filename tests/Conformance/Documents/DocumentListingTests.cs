using System.Text;
using ForgeOrleans.Documents;

namespace ForgeOrleans.Conformance.Documents;

/// <summary>Listings: their order, their pages, their prefixes.</summary>
public abstract class DocumentListingTests(ActorHost host) : ActorTests(host)
{
    // U+FF5E comes before U+1F600 in UTF-8 and behind it in UTF-16: C# and the storage disagree on these two.
    private const string Tilde = "～";
    private const string Face = "😀";

    private readonly Site _site = new();

    private DocumentCollection<Note> Notes => StateOf(_site).Collection<Note>("notes");

    [Fact]
    public async Task Documents_are_listed_in_the_order_of_their_keys_bytes()
    {
        string[] keys = [Face, Tilde, "b", "a", "B", "é", "a/b", "a b", "ab", "aa", Face + Tilde, Tilde + Face, "\uE000", "10", "9"];
        await PutAsync(keys);

        (await KeysAsync()).ShouldBe(InOrder(keys));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(15)]
    [InlineData(16)]
    public async Task Pages_of_any_size_neither_lose_nor_repeat_a_document(int size)
    {
        string[] keys = [Face, Tilde, "b", "a", "B", "é", "a/b", "a b", "ab", "aa", Face + Tilde, Tilde + Face, "\uE000", "10", "9"];
        await PutAsync(keys);

        var listed = new List<string>();
        string? after = null;
        do
        {
            var page = await Notes.ListAsync(limit: size, after: after);
            page.Documents.Count.ShouldBeLessThanOrEqualTo(size);
            listed.AddRange(page.Documents.Select(document => document.Key));
            after = page.Next;
        }
        while (after is not null);

        listed.ShouldBe(InOrder(keys));
    }

    [Fact]
    public async Task A_page_says_there_is_more_only_when_there_is()
    {
        await PutAsync("a", "b", "c");
        (await Notes.ListAsync(limit: 3)).Next.ShouldBeNull();
        (await Notes.ListAsync(limit: 2)).Next.ShouldBe("b");
        (await Notes.ListAsync(limit: 2, after: "b")).Next.ShouldBeNull();
        // Behind the prefix there are others, but none that are asked for.
        (await Notes.ListAsync("a", limit: 1)).Next.ShouldBeNull();
        (await Notes.ListAsync(after: "c")).ShouldSatisfyAllConditions(
            page => page.Documents.ShouldBeEmpty(), page => page.Next.ShouldBeNull());
    }

    [Theory]
    [InlineData("team", "team", "team/", "team/a", "team/b", "teamwork")]
    [InlineData("team/", "team/", "team/a", "team/b")]
    [InlineData("team/a", "team/a")]
    [InlineData("team/a/")]
    [InlineData("tea", "tea", "team", "team/", "team/a", "team/b", "teamwork")]
    [InlineData("T")]
    [InlineData(Tilde, Tilde, Tilde + "x")]
    [InlineData(Face, Face, Face + "x")]
    [InlineData("z\U0010FFFF", "z\U0010FFFF")]
    public async Task A_prefix_lists_what_begins_with_it_the_key_itself_included(string prefix, params string[] expected)
    {
        await PutAsync("te", "tea", "team", "team/", "team/a", "team/b", "teamwork", "tez", Tilde, Tilde + "x", Face, Face + "x", "z\U0010FFFF", "z");

        (await KeysAsync(prefix)).ShouldBe(expected);
        var one = await Notes.ListAsync(prefix, limit: 1);
        one.Documents.Select(document => document.Key).ShouldBe(expected.Take(1));
        (one.Next is not null).ShouldBe(expected.Length > 1);
    }

    [Theory]
    [InlineData(Face, Tilde, new[] { Face, Face + "x" })]
    [InlineData(Face, Tilde + "x", new[] { Face, Face + "x" })]
    [InlineData(Face, Face, new[] { Face + "x" })]
    [InlineData(Tilde, Face, new string[0])]
    [InlineData(Tilde, "a", new[] { Tilde, Tilde + "x" })]
    [InlineData("b", "a", new[] { "b" })]
    [InlineData("a", "b", new string[0])]
    [InlineData("", "absent", new[] { "b", Tilde, Tilde + "x", Face, Face + "x" })]
    public async Task A_key_to_go_on_behind_need_not_exist_nor_have_the_prefix(string prefix, string after, string[] expected)
    {
        await PutAsync("a", "b", Tilde, Tilde + "x", Face, Face + "x");

        (await Notes.ListAsync(prefix, after: after)).Documents.Select(document => document.Key).ShouldBe(expected);
    }

    [Fact]
    public async Task A_page_of_large_documents_ends_early_and_goes_on()
    {
        var texts = StateOf(_site).Collection<string>("texts");
        var large = new string('x', SiteState.LargestDocument - 2);
        var keys = Enumerable.Range(0, 40).Select(i => $"{i:00}").ToArray();
        foreach (var batch in keys.Chunk(10))
            await StateOf(_site).CommitAsync([.. batch.Select(key => texts.Put(key, large))]);

        var first = await texts.ListAsync(limit: 1000);
        first.Documents.Count.ShouldBeInRange(1, 39);
        first.Next.ShouldBe(first.Documents[^1].Key);

        var listed = new List<string>();
        await foreach (var document in texts.ListAllAsync())
        {
            document.Value.Length.ShouldBe(large.Length);
            listed.Add(document.Key);
        }
        listed.ShouldBe(keys);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(SiteState.MostDocuments + 1)]
    public async Task A_page_of_no_size_is_refused(int limit) =>
        (await Should.ThrowAsync<ForgeException>(() => Notes.ListAsync(limit: limit))).Code.ShouldBe(ForgeErrorCode.InvalidRequest);

    [Fact]
    public async Task A_document_put_or_deleted_between_two_pages_disturbs_no_other()
    {
        await PutAsync("a", "b", "c", "d");
        var first = await Notes.ListAsync(limit: 2);
        await Notes.DeleteAsync("b");
        await Notes.PutAsync("aa", new("behind the reader"));
        await Notes.PutAsync("bb", new("before the reader"));

        var second = await Notes.ListAsync(limit: 10, after: first.Next);

        second.Documents.Select(document => document.Key).ShouldBe(["bb", "c", "d"]);
    }

    [Fact]
    public async Task The_actor_lists_what_the_handle_lists()
    {
        await PutAsync("a", "b", "c");
        var page = await Actor<ISiteStateActor>(_site.Id).ListAsync(new("notes", "", "a", 1));

        page.Documents.Select(document => document.Key).ShouldBe(["b"]);
        page.Next.ShouldBe("b");
        Encoding.UTF8.GetString(page.Documents[0].Utf8Json.Span).ShouldBe("""{"text":"b","count":0}""");
    }

    [Fact]
    public async Task A_list_that_is_asked_for_again_shows_all_that_has_changed_since()
    {
        await PutAsync("a", "b");
        var others = StateOf(_site).Collection<Note>("others");
        await KeysShouldBeAsync("a", "b");
        await KeysShouldBeAsync("a", "b");

        await Notes.PutAsync("c", new("c"));
        await KeysShouldBeAsync("a", "b", "c");
        await Notes.DeleteAsync("a");
        await KeysShouldBeAsync("b", "c");
        await Notes.PutAsync("b", new("changed"));
        (await Notes.ListAsync()).Documents[0].Value.Text.ShouldBe("changed");
        await Should.ThrowAsync<DocumentConflictException>(() => Notes.PutAsync("b", new("refused"), expectedVersion: 0));
        (await Notes.ListAsync()).Documents[0].Value.Text.ShouldBe("changed");

        // Lists that differ in one thing only are told apart.
        (await others.ListAsync()).Documents.ShouldBeEmpty();
        (await Notes.ListAsync("c")).Documents.Select(document => document.Key).ShouldBe(["c"]);
        (await Notes.ListAsync(limit: 1)).Documents.Select(document => document.Key).ShouldBe(["b"]);
        (await Notes.ListAsync(after: "b")).Documents.Select(document => document.Key).ShouldBe(["c"]);
        await KeysShouldBeAsync("b", "c");
        await Host.RestartAsync();
        await KeysShouldBeAsync("b", "c");

        async Task KeysShouldBeAsync(params string[] keys) => (await KeysAsync()).ShouldBe(keys);
    }

    private async Task PutAsync(params string[] keys) =>
        await StateOf(_site).CommitAsync([.. keys.Select(key => Notes.Put(key, new(key)))]);

    private async Task<List<string>> KeysAsync(string prefix = "")
    {
        var keys = new List<string>();
        await foreach (var document in Notes.ListAllAsync(prefix))
            keys.Add(document.Key);
        return keys;
    }

    private static IEnumerable<string> InOrder(IEnumerable<string> keys) => keys.OrderBy(key => Convert.ToHexString(Encoding.UTF8.GetBytes(key)));
}
