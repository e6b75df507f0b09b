using ForgeOrleans.Conformance.Probes;
using ForgeOrleans.Hosting;

namespace ForgeOrleans.Conformance.Hosting;

/// <summary>What an actor may rely on of its rows.</summary>
public abstract class RowsTests(ActorHost host) : ActorTests(host)
{
    private readonly string _key = Guid.NewGuid().ToString();

    private IRowsProbe Rows => Actor<IRowsProbe>(_key);

    [Fact]
    public async Task Rows_are_kept_over_a_restart_and_belong_to_one_actor()
    {
        await CommitAsync(new RowText("a", "1"), new RowText("b", "2"));
        await Host.RestartAsync();

        (await ListAsync("")).ShouldBe([new("a", "1"), new("b", "2")]);
        (await Actor<IRowsProbe>(_key.ToUpperInvariant()).ReadAsync(new("a"))).ShouldBeNull();
        (await Actor<IRowsProbe>(Guid.NewGuid().ToString()).ListAsync(new(""))).Rows.ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_two_changes_to_a_row_in_one_commit_the_later_counts()
    {
        await CommitAsync(new RowText("a", "1"), new RowText("a", "2"), new RowText("b", "1"), new RowText("b", null));
        (await ListAsync("")).ShouldBe([new("a", "2")]);
    }

    [Fact]
    public async Task A_commit_takes_a_hundred_changes_and_no_more()
    {
        await CommitAsync([.. Enumerable.Range(0, IActorRows.MostChanges).Select(i => new RowText($"{i:000}", "1"))]);
        (await ListAsync("")).Count.ShouldBe(100);

        await Should.ThrowAsync<ArgumentException>(
            () => CommitAsync([.. Enumerable.Range(0, IActorRows.MostChanges + 1).Select(i => new RowText($"{i:000}", "2"))]));
        (await Rows.ReadAsync(new("000")))!.Value.ShouldBe("1");
    }

    [Fact]
    public async Task Names_are_compared_by_their_bytes()
    {
        await CommitAsync(new RowText("A", "1"), new RowText("a", "2"), new RowText("é", "3"), new RowText("e\u0301", "4"));

        (await ListAsync("")).Select(row => row.Value).ShouldBe(["1", "2", "4", "3"]);
        (await Rows.ReadAsync(new("é")))!.Value.ShouldBe("3");
        (await ListAsync("e")).Select(row => row.Value).ShouldBe(["4"]);
    }

    [Fact]
    public async Task A_page_ends_by_its_bytes_but_never_before_its_first_row()
    {
        await CommitAsync([.. Enumerable.Range(0, 5).Select(i => new RowText($"{i}", new string('x', 100)))]);

        var one = await Rows.ListAsync(new("", MostBytes: 1));
        one.Rows.Select(row => row.Name).ShouldBe(["0"]);
        one.HasMore.ShouldBeTrue();
        var rest = await Rows.ListAsync(new("", After: "0", MostBytes: 400));
        rest.Rows.Select(row => row.Name).ShouldBe(["1", "2", "3", "4"]);
        rest.HasMore.ShouldBeFalse();
    }

    [Fact]
    public async Task Rows_are_changed_only_if_they_are_as_the_actor_believes()
    {
        (await CommitIfAsync([new("", false)], new RowText("a/1", "1"))).ShouldBeTrue();
        (await CommitIfAsync([new("a/", true), new("a/1", true), new("b", false), new("a/2", false)], new RowText("é", "2"), new RowText("b", "3"))).ShouldBeTrue();

        (await CommitIfAsync([new("a/", true), new("é", false)], new RowText("c", "4"), new RowText("b", null))).ShouldBeFalse();
        (await CommitIfAsync([new("a", true), new("a0", true)], new RowText("c", "4"), new RowText("b", null))).ShouldBeFalse();
        (await ListAsync("")).ShouldBe([new("a/1", "1"), new("b", "3"), new("é", "2")]);

        // Who was wrong goes on.
        await CommitAsync(new RowText("c", "4"));
        (await CommitIfAsync([], new RowText("d", "5"))).ShouldBeTrue();
        (await ListAsync("")).Count.ShouldBe(5);
    }

    [Fact]
    public async Task Of_beliefs_only_the_actor_s_own_rows_count()
    {
        await Actor<IRowsProbe>(Guid.NewGuid().ToString()).CommitAsync(new([new("a", "1")]));
        (await CommitIfAsync([new("a", true)], new RowText("b", "1"))).ShouldBeFalse();
        (await CommitIfAsync([new("a", false)], new RowText("b", "1"))).ShouldBeTrue();
    }

    private async Task<bool> CommitIfAsync(RowBelief[] beliefs, params RowText[] rows) => (await Rows.CommitIfAsync(new(beliefs, rows))).WasMade;

    private Task CommitAsync(params RowText[] rows) => Rows.CommitAsync(new(rows));

    private async Task<IReadOnlyList<RowText>> ListAsync(string prefix) => (await Rows.ListAsync(new(prefix))).Rows;
}
