using System.Text;
using ForgeOrleans.Conformance.Probes;
using ForgeOrleans.Documents;

namespace ForgeOrleans.Cluster.Tests.Silos;

/// <summary>What callers notice of storage that fails or that another activation has written to.</summary>
public sealed class StorageFailureTests(TwoLiveSilos live) : IClassFixture<TwoLiveSilos>
{
    private static readonly DocumentName Name = new("notes", "one");

    private readonly string _key = Guid.NewGuid().ToString();

    private ISiteStateActor Site => live.Actors.Get<ISiteStateActor>(_key);

    private GrainId Grain => GrainId.Create("site-state", _key);

    [Fact]
    public async Task An_activation_that_was_overtaken_fails_once_and_makes_room_for_a_new_one()
    {
        await PutAsync("1");
        live.Storage.Overtake("rows", Grain);

        (await Should.ThrowAsync<ForgeException>(() => PutAsync("2"))).Code.ShouldBe(ForgeErrorCode.Unavailable);

        (await TextAsync()).ShouldBe("1");
        (await PutAsync("3")).Version.ShouldBe(2, "the version of the change that failed was never given away");
        (await TextAsync()).ShouldBe("3");
    }

    [Fact]
    public async Task While_the_storage_is_down_callers_are_told_so_and_nothing_is_half_done()
    {
        await PutAsync("1");
        live.Storage.Outage = new IOException("The disk of the storage is full of secrets.");
        try
        {
            // The first fails at its write, the next ones at reading what a new activation begins with.
            for (var i = 0; i < 3; i++)
            {
                var failure = await Should.ThrowAsync<ForgeException>(() => PutAsync("2"));
                failure.Code.ShouldBe(ForgeErrorCode.Unavailable);
                failure.Message.ShouldNotContain("secrets");
            }
            (await Should.ThrowAsync<ForgeException>(TextAsync)).Code.ShouldBe(ForgeErrorCode.Unavailable);
        }
        finally
        {
            live.Storage.Outage = null;
        }

        (await TextAsync()).ShouldBe("1");
        (await PutAsync("3")).Version.ShouldBe(2);
        (await TextAsync()).ShouldBe("3");
    }

    [Fact]
    public async Task Calls_that_wait_behind_a_commit_that_fails_are_served_by_the_next_activation()
    {
        var rows = live.Actors.Get<IRowsProbe>(_key);
        await rows.CommitAsync(new([new("a", "1")]));
        live.Storage.Overtake("rows", GrainId.Create("rows-probe", _key));
        var holdup = new TaskCompletionSource();
        live.Storage.Holdup = holdup.Task;
        var calls = Enumerable.Range(0, 10).Select(i => rows.CommitAsync(new([new($"b{i}", "1")]))).ToArray();
        // That they have come to the silo and wait there, nothing shows.
        await Task.Delay(300);
        live.Storage.Holdup = null;
        holdup.SetResult();

        // Whichever came first has failed, and no other with it.
        await Should.ThrowAsync<ForgeException>(() => Task.WhenAll(calls));
        var failure = calls.Where(call => call.IsFaulted).ShouldHaveSingleItem().Exception!.InnerException;
        failure.ShouldBeAssignableTo<ForgeException>()!.Code.ShouldBe(ForgeErrorCode.Unavailable);
        (await rows.ListAsync(new(""))).Rows.Count.ShouldBe(10, "the row from before, and nine");
    }

    [Fact]
    public async Task Writes_of_one_turn_may_overlap()
    {
        var probe = live.Actors.Get<IWireProbe>(_key);
        for (var i = 0; i < 5; i++)
            await probe.WriteAsync(new(Commits: 4));
    }

    private Task<DocumentCommit> PutAsync(string json) => Site.CommitAsync(new([new(Name, Encoding.UTF8.GetBytes(json), null)]));

    private async Task<string?> TextAsync() =>
        await Site.GetAsync(Name) is { } document ? Encoding.UTF8.GetString(document.Utf8Json.Span) : null;
}
