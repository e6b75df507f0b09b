using ForgeOrleans.Conformance.Probes;
using ForgeOrleans.Hosting;

namespace ForgeOrleans.SingleNode.Tests.Hosting;

/// <summary>When an activation goes away.</summary>
public sealed class ActivationTests : NodeTests
{
    private static readonly TimeSpan LongIdle = TimeSpan.FromMinutes(8);

    [Fact]
    public async Task An_idle_actor_leaves_memory_and_comes_back_with_its_state()
    {
        await Node.Actor<IMemoryProbe>("key").WriteAsync(new("row", "kept"));
        Node.Clock.Advance(TimeSpan.FromMinutes(4));
        (await Node.Actor<IMemoryProbe>("key").WriteAsync(new("row", "kept"))).Calls.ShouldBe(2);
        Node.Clock.Advance(TimeSpan.FromMinutes(4));
        MemoryProbe.Activations["key"].IsAlive.ShouldBeTrue();

        Node.Clock.Advance(LongIdle);

        await Eventually.BecomesTrueAsync(IsCollected, "collected");
        (await Node.Actor<IMemoryProbe>("key").WriteAsync(new("row", "new"))).ShouldBe(new(1, "kept"));

        static bool IsCollected()
        {
            GC.Collect();
            return !MemoryProbe.Activations["key"].IsAlive;
        }
    }

    [Fact]
    public async Task An_actor_in_the_middle_of_a_turn_does_not_count_as_idle()
    {
        var gate = Guid.NewGuid().ToString();
        var held = Node.Actor<ITurnProbe>("key").RunAsync(new(1, Gate: gate));
        Node.Clock.Advance(TimeSpan.FromHours(1));
        TurnGates.Open(gate);
        await held;

        (await Node.Actor<ITurnProbe>("key").RunAsync(new(2))).Before.ShouldBe([1]);
    }

    [Fact]
    public async Task Calls_that_meet_an_actor_on_its_way_out_are_answered_by_its_successor()
    {
        var stop = 0;
        var sweeping = Task.Run(() =>
        {
            while (Volatile.Read(ref stop) == 0)
                Node.Clock.Advance(LongIdle);
        });

        for (var i = 0; i < 100; i++)
            await Task.WhenAll(Enumerable.Range(0, 4).Select(row => Task.Run(() => Node.PutRowAsync("key", $"{row}", $"{i}"))));
        Volatile.Write(ref stop, 1);
        await sweeping;

        for (var row = 0; row < 4; row++)
            (await Node.RowAsync("key", $"{row}")).ShouldBe("99");
    }

    [Fact]
    public async Task An_activation_whose_commit_failed_is_not_used_again()
    {
        var probe = Node.Actor<IMemoryProbe>("doomed");
        await probe.WriteAsync(new("row", "1"));
        (await probe.WriteAsync(new("row", "2"))).Calls.ShouldBe(2);
        Database.RefuseRows();

        await Should.ThrowAsync<StorageUnavailableException>(() => probe.WriteAsync(new("refused", "lost")));

        (await probe.WriteAsync(new("row", "3"))).ShouldBe(new(1, "2"));
        Database.RefuseNoMore();
        (await probe.WriteAsync(new("refused", "now"))).ShouldBe(new(2, null));
    }

    [Fact]
    public async Task Calls_that_waited_for_a_doomed_activation_are_answered_by_its_successor()
    {
        Database.RefuseRows();
        var probe = Node.Actor<IMemoryProbe>("doomed");
        Database.Execute("BEGIN IMMEDIATE");
        var refused = probe.WriteAsync(new("refused", "lost"));
        var waiting = Enumerable.Range(0, 10).Select(_ => probe.WriteAsync(new("row", "1"))).ToArray();
        Database.Execute("COMMIT");

        await Should.ThrowAsync<StorageUnavailableException>(() => refused);
        (await Task.WhenAll(waiting)).Select(met => met.Calls).Order().ShouldBe(Enumerable.Range(1, 10));
    }
}
